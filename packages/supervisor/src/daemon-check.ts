import { judgedBy, type Check, type Finding } from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import { tryConfiguration } from './try-configuration.js';

const NAME = 'supervisor';
const START = 'start Supervisor';

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

/** Judges the unit's properties (org.freedesktop.systemd1(5)). Pure. */
export function judgeDaemon(output: string): Finding {
  if (output.trim() === 'missing') {
    const text = 'it is not installed';
    return { name: NAME, level: 'fail', text, hint: 'provision', data: { installed: false } };
  }
  const field = (name: string): string =>
    new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1]?.trim() ?? '';
  const state = field('ActiveState');
  const since = field('StateChangeTimestamp');
  const data = { installed: true, state, since };
  const said = [...output.matchAll(/^said (.*)$/gm)].map(([, line = '']) => line);
  if (state !== 'active') {
    return {
      ...{ name: NAME, level: 'fail', data },
      text: `it does not run: ${state} since ${since === '' ? 'the start of the host' : since}`,
      ...(said.length > 0 && { evidence: said }),
      hint: 'systemctl start supervisor',
      repair: START,
    };
  }
  const broken = /^broken (.*)$/m.exec(output)?.[1]?.trim();
  if (broken !== undefined) {
    return {
      ...{ name: NAME, level: 'fail', data: { ...data, valid: false } },
      text: 'it runs, but its configuration is broken: it would start nothing after a restart',
      evidence: [broken],
      hint: 'correct the file; provision restores its own',
    };
  }
  return { name: NAME, level: 'ok', text: `runs since ${since}`, data: { ...data, valid: true } };
}
