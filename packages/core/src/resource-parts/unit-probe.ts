import type { Probe } from '../resource/probe.js';
import { sh } from '@fairness-deploy/shell';

/**
 * Asks systemd for the properties of units. The reads after it have a function:
 *
 * - `fd_show_unit <unit>` prints them, as parseUnitOutput() understands them; it fails when
 *   systemd can't tell.
 */
export const unitProbe: Probe = {
  ask: (units) => sh`
    fd_blank='

    '
    fd_systemctl_show() {
      systemctl show -p LoadState,UnitFileState,ActiveState,SubState,NeedDaemonReload -- "$@"
    }
    # A paragraph of each, in their order. Of which one is missing when it fails, nobody knows.
    fd_units=$(fd_systemctl_show ${units} 2>/dev/null </dev/null) || fd_units=
    fd_show_unit() {
      [ -n "$fd_units" ] || { fd_systemctl_show "$1"; return; }
      fd_rest=$fd_units
      # There may be one unit alone.
      # shellcheck disable=SC2043
      for fd_unit in ${units}; do
        [ "$fd_unit" != "$1" ] || { printf '%s\n' "\${fd_rest%%"$fd_blank"*}"; return; }
        fd_rest=\${fd_rest#*"$fd_blank"}
      done
      fd_systemctl_show "$1"
    }`,
};
