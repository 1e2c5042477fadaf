import type { Finding } from '@fairness-deploy/core';

export const NAME = 'supervisor';

/** The repair of a Supervisor that does not run: see daemonCheck. */
export const START = 'start Supervisor';

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
