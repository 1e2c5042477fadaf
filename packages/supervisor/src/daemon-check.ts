import { judgedBy, type Check } from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import { judgeDaemon, NAME, START } from './judge-daemon.js';
import { tryConfiguration } from './try-configuration.js';

/** How many lines of its journal are shown when it does not run. */
const JOURNAL_LINES = 5;

/** Whether supervisord runs, answers, and could read its configuration again. */
export const daemonCheck: Check = {
  name: NAME,
  layer: 'supervision',
  read: sh`
    [ -x /usr/bin/supervisord ] || { echo missing; exit 0; }
    export TZ=UTC
    systemctl show -p ActiveState,SubState,StateChangeTimestamp,MainPID supervisor
    [ ! -S /run/supervisor.sock ] || echo socket
    if systemctl is-active --quiet supervisor; then
      fd_said=$(
        ${tryConfiguration()} 2>&1
      ) || printf 'broken %s\n' "$(printf '%s' "$fd_said" | tr '\n' ' ')"
    else
      journalctl -q --no-pager -o cat -n ${JOURNAL_LINES} -u supervisor 2>/dev/null | sed 's/^/said /' || :
    fi`,
  ...judgedBy(judgeDaemon),
  repairs: { [START]: sh`systemctl start supervisor` },
};
