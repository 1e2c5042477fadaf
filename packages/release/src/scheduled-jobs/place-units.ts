import type { Application } from '@fairness-deploy/core';
import { UNITS } from '@fairness-deploy/core/resources';
import { sh, type Script } from '@fairness-deploy/shell';
import { layoutOf } from '../application/layout.js';
import { defineScheduledRuns, recordsFolder } from './run-record.js';
import { unitMark } from './scheduled-files.js';
import { UNIT_PREFIX } from './scheduled-job.js';

/**
 * Defines functions on the units of scheduled jobs:
 *
 * - `fd_is_own <path>` succeeds when the file is a unit of this application's scheduled jobs;
 * - `fd_units <release>` prints the names of the units that a release has, a line each, timers last;
 * - `fd_find_job <unit>` sets `fd_job` to the name of a unit's scheduled job, and `fd_own` to the name
 *   of its file among a release's configuration.
 */
export function defineUnits(application: Application): Script {
  const { configuration } = layoutOf(application);
  return sh`
    fd_is_own() {
      [ -f "$1" ] && [ ! -L "$1" ] && IFS= read -r fd_mark <"$1" && [ "$fd_mark" = ${unitMark(application.name)} ]
    }
    fd_units() {
      [ -n "$1" ] || return 0
      fd_prefix=${UNIT_PREFIX}
      for fd_file in ${configuration}/"$1"/${UNIT_PREFIX}*.service ${configuration}/"$1"/${UNIT_PREFIX}*.timer; do
        [ -f "$fd_file" ] || continue
        fd_name=\${fd_file##*/}
        printf '%s\n' ${application.name}-"\${fd_name#"$fd_prefix"}"
      done
    }
    fd_find_job() {
      fd_own=\${1#${`${application.name}-`}}
      fd_job=\${fd_own%.*}
      fd_own=${UNIT_PREFIX}$fd_own
    }`;
}

/**
 * Defines `fd_refuse_foreign <unit>…`, which fails when the host has another unit of a name, wherever
 * that is. Needs {@link defineUnits}.
 */
export const DEFINE_REFUSAL: Script = sh`
  fd_refuse_foreign() {
    for fd_unit; do
      fd_path=$(systemctl show -p FragmentPath --value -- "$fd_unit")
      [ -n "$fd_path" ] || fd_path=${UNITS}/$fd_unit
      # A link to nothing, too, is somebody's: systemctl mask.
      if [ "$fd_path" = ${UNITS}/"$fd_unit" ]; then
        { [ -e "$fd_path" ] || [ -L "$fd_path" ]; } || continue
        ! fd_is_own "$fd_path" || continue
      fi
      fd_find_job "$fd_unit"
      printf 'Cannot schedule %s: the host has another unit of the name %s, %s\n' "$fd_job" "$fd_unit" "$fd_path" >&2
      printf '  → rename the scheduled job in application.schedules, or remove that unit\n' >&2
      exit 1
    done
  }`;

/**
 * Defines `fd_place_scheduled <release>`, which makes the scheduled jobs of a release those that
 * systemd runs; of no release (empty): none. A timer that stays the same goes on, and a run that has
 * begun goes on in its own release: systemd replaces no process of a unit when it reads the unit
 * anew. Fails before it changes anything when the host has other units of these names.
 */
export function definePlacing(application: Application): Script {
  const { configuration } = layoutOf(application);
  const { name } = application;
  return sh`
    ${defineUnits(application)}
    ${DEFINE_REFUSAL}
    ${defineScheduledRuns(name)}
    fd_place_scheduled() {
      fd_wanted=$(fd_units "$1")
      fd_timers=$(printf '%s\n' "$fd_wanted" | grep '[.]timer$') || :
      # shellcheck disable=SC2086 # They are several words, or none.
      fd_refuse_foreign $fd_wanted
      fd_remove_scheduled "$fd_wanted"
      fd_new=
      for fd_unit in $fd_wanted; do
        fd_find_job "$fd_unit"
        fd_file=${configuration}/$1/$fd_own
        ! cmp -s -- "$fd_file" ${UNITS}/"$fd_unit" || continue
        # Without a unit, systemd did not record the end of a run.
        [ -e ${UNITS}/"$fd_unit" ] || fd_scheduled_runs "$fd_job" || rm -f -- ${recordsFolder(name)}/"$fd_job".running
        install -m 0644 -- "$fd_file" ${UNITS}/."$fd_unit".fd-new
        sync -- ${UNITS}/."$fd_unit".fd-new
        mv -fT -- ${UNITS}/."$fd_unit".fd-new ${UNITS}/"$fd_unit"
        fd_new="$fd_new $fd_unit"
      done
      for fd_unit in $fd_timers; do
        systemctl --quiet --no-reload enable -- "$fd_unit"
      done
      systemctl daemon-reload
      for fd_unit in $fd_timers; do
        case "$fd_new " in
          *" $fd_unit "*)
            # Its new times count from now on: those before are no missed runs.
            [ ! -e /var/lib/systemd/timers/stamp-"$fd_unit" ] || touch -- /var/lib/systemd/timers/stamp-"$fd_unit"
            systemctl restart -- "$fd_unit"
            ;;
          *) systemctl start -- "$fd_unit" ;;
        esac
      done
    }
    # <the units that stay>
    fd_remove_scheduled() {
      for fd_path in ${UNITS}/${name}-*.timer ${UNITS}/${name}-*.service; do
        fd_unit=\${fd_path##*/}
        fd_is_own "$fd_path" || continue
        ! printf '%s\n' "$1" | grep -qxF -- "$fd_unit" || continue
        case $fd_unit in
          *.timer)
            systemctl --quiet --no-reload disable -- "$fd_unit"
            # An interrupted run may have left one that systemd has not read.
            ! systemctl --quiet is-active -- "$fd_unit" || systemctl stop -- "$fd_unit"
            rm -f -- /var/lib/systemd/timers/stamp-"$fd_unit"
            ;;
        esac
        rm -f -- "$fd_path"
      done
    }`;
}
