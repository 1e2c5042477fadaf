import type { Application } from '@fairness-deploy/core';
import { UNITS } from '@fairness-deploy/core/resources';
import { sh, type Script } from '@fairness-deploy/shell';
import { findLive, findReleaseId } from '../application/colour.js';
import { layoutOf } from '../application/layout.js';
import { defineUnits } from './place-units.js';

/** What can be wrong with a unit of a scheduled job, and what that means. */
export const WRONG_UNITS = {
  missing: 'missing',
  differs: 'differs from the unit of the live release',
  foreign: 'another unit, not of fairness-deploy',
  unread: 'not read by systemd since it was changed',
  disabled: 'disabled: it would not start at boot',
  stopped: 'stopped',
  leftover: 'left over: the live release has no such scheduled job',
} as const;
export type WrongUnit = keyof typeof WRONG_UNITS;

/** Sets `fd_live_id` to the id of the live release; empty when there is none. */
export function findLiveId(application: Application): Script {
  const layout = layoutOf(application);
  return sh`
    ${findLive(layout)}
    fd_live_id=
    if [ -n "$fd_live" ]; then
      ${findReleaseId(sh`${layout.colours}/"$fd_live"/release`, sh`fd_id=`)}
      fd_live_id=$fd_id
    fi`;
}

/**
 * Prints how the units of scheduled jobs differ from those of the live release, a line each: `wrong
 * <unit> <a word of {@link WRONG_UNITS}>`. Sets what {@link findLiveId} sets.
 */
export function printWrongUnits(application: Application): Script {
  const { configuration } = layoutOf(application);
  const prefix = `${application.name}-`;
  return sh`
    ${findLiveId(application)}
    ${defineUnits(application)}
    fd_wanted=$(fd_units "$fd_live_id")
    for fd_unit in $fd_wanted; do
      fd_path=${UNITS}/$fd_unit
      fd_find_job "$fd_unit"
      if [ ! -e "$fd_path" ] && [ ! -L "$fd_path" ]; then
        printf 'wrong %s missing\n' "$fd_unit"
      elif ! fd_is_own "$fd_path"; then
        printf 'wrong %s foreign\n' "$fd_unit"
      elif ! cmp -s -- ${configuration}/"$fd_live_id/$fd_own" "$fd_path"; then
        printf 'wrong %s differs\n' "$fd_unit"
      else
        # Lines such as UnitFileState=enabled.
        fd_shown=$(systemctl show -p NeedDaemonReload,UnitFileState,ActiveState -- "$fd_unit")
        case $fd_shown in *NeedDaemonReload=yes*) printf 'wrong %s unread\n' "$fd_unit" ;; esac
        case $fd_unit in
          *.timer)
            case $fd_shown in *UnitFileState=enabled*) ;; *) printf 'wrong %s disabled\n' "$fd_unit" ;; esac
            case $fd_shown in *ActiveState=active*) ;; *) printf 'wrong %s stopped\n' "$fd_unit" ;; esac
            ;;
        esac
      fi
    done
    for fd_path in ${UNITS}/${prefix}*.timer ${UNITS}/${prefix}*.service; do
      fd_unit=\${fd_path##*/}
      fd_is_own "$fd_path" || continue
      printf '%s\n' "$fd_wanted" | grep -qxF -- "$fd_unit" || printf 'wrong %s leftover\n' "$fd_unit"
    done`;
}

/** The lines of {@link printWrongUnits} among others. */
export function wrongUnitsIn(
  output: string,
): readonly { readonly unit: string; readonly what: WrongUnit }[] {
  // Sound: these are all keys of the constant.
  const words = Object.keys(WRONG_UNITS) as readonly WrongUnit[];
  return output.split('\n').flatMap((line) => {
    const [, unit = '', word = ''] = /^wrong (\S+) (\w+)$/.exec(line) ?? [];
    const what = words.find((one) => one === word);
    return what ? [{ unit, what }] : [];
  });
}
