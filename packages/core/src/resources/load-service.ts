import { fail, lines, type Script, sh } from '@fairness-deploy/shell';
import { LOAD_RECORDS, loadRecordOf } from '../resource-parts/load-records.js';
import type { FileResource } from './file.js';

/** A file that a service has loaded, or should have. */
export type LoadedFile = Pick<FileResource, 'address' | 'path' | 'sha256'>;

/** How to make a unit run with its files loaded. */
export interface Loading {
  readonly name: string;
  readonly starts: boolean;
  readonly loads: readonly LoadedFile[];
  readonly action: 'reload' | 'restart';
  readonly check: Script | undefined;
}

/**
 * Starts a unit, or makes it load its files if it runs and hasn't, and records the loaded files.
 * The record is written before and put in place after success.
 */
export function loadService({ name, starts, loads, action, check }: Loading): Script {
  const start = starts
    ? sh`
      fd_action=start
      # If it waits for a restart after a failure, 'start' would wait as well.
      case $(systemctl show -p SubState -- ${name}) in *auto-restart*) systemctl stop -- ${name} ;; esac`
    : // Nothing loads anything; when it is started one day, it isn't by us, and so isn't recorded.
      sh`exit 0`;
  return sh`
    fd_record=${loadRecordOf(name)}
    fd_action=${action}
    if systemctl is-active --quiet -- ${name}; then
      ${loads.length > 0 ? sh`:` : sh`exit 0`}
    else
      ${start}
    fi
    umask 077
    mkdir -p ${LOAD_RECORDS}
    # Before they are loaded: a change in between then counts as not loaded.
    : >"$fd_record.new"
    fd_note() {
      [ -f "$1" ] || return 0
      fd_digest=$(sha256sum <"$1")
      fd_line="\${fd_digest%% *} $(stat -c %.9Y -- "$1") $1"
      printf '%s\n' "$fd_line" >>"$fd_record.new"
      case $fd_action:$1 in
        reload:*/systemd/*) grep -qsxF -e "$fd_line" -- "$fd_record" || fd_action=restart ;;
      esac
    }
    ${lines(...loads.map(({ path }) => sh`fd_note ${path}`))}
    # The running unit has loaded these very files: only something else had to change.
    if [ "$fd_action" != start ] && cmp -s -- "$fd_record.new" "$fd_record"; then
      rm -f -- "$fd_record.new"
      exit 0
    fi
    ${check ? sh`( ${check} )` : sh`:`}
    systemctl reset-failed -- ${name} 2>/dev/null || :
    # systemd reports the start of a simple service, not whether it lives (systemd.service(5)).
    if ! systemctl "$fd_action" -- ${name} || ! sleep 0.5 || ! systemctl is-active --quiet -- ${name}; then
      # Its last output may not have been written yet.
      journalctl --sync 2>/dev/null || :
      journalctl -q --no-pager -n 20 -u ${name} >&2 || :
      ${fail(`Cannot make ${name} run with its configuration; its last messages are above`)}
    fi
    mv -f -- "$fd_record.new" "$fd_record"`;
}
