import { literal, sh } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { confirmScript } from './confirm-trial.js';
import { firewall } from '../resources/firewall.js';
import { sshOptions } from '../resources/ssh-options.js';
import { onTrial, trialIn } from '../resource-parts/trial.js';

const applied = [
  firewall({ environment: 'prod', rules: [{ protocol: 'tcp', ports: 'ssh' }] }).plan('live\n'),
  firewall({}, { ensure: 'absent' }).plan('file there\nlive\n'),
  sshOptions({ options: { passwordAuthentication: false } }).plan('file\n'),
  sshOptions({}, { ensure: 'absent' }).plan('file\npending\n'),
];

describe('onTrial()', () => {
  it.each(applied.map((change) => [change?.action, change] as const))(
    'makes sound scripts: %s',
    async (_, change) => {
      expect(change?.onTrial).toBe(true);
      if (change) await checkShell(change.apply);
    },
  );

  it('writes a program that restores, which is sound by itself', () => {
    const script = onTrial({
      ...{ address: 'x:y', what: 'the x', old: 'the old x', hint: 'try again' },
      ...{ paths: ["/etc/it's x"], change: sh`true`, restore: sh`true` },
    });
    const [, program = ''] =
      /<<'fd_end_of_restore'\n([^]*?)\nfd_end_of_restore\n/.exec(script.reveal()) ?? [];
    expect(program).toContain(`mv -fT -- '/etc/.it'\\''s x.fd-back' '/etc/it'\\''s x'`);
    return checkShell(literal(program));
  });
});

it.each([
  firewall({ environment: 'prod', rules: [] }).read,
  firewall({}, { ensure: 'absent' }).read,
  sshOptions({ options: { permitRootLogin: false } }).read,
])('the reads are sound', (read) => checkShell(read));

it('confirmScript() is sound', async () => {
  await checkShell(confirmScript('20261201T000000-abcdef', 'firewall:host'));
});

it('trialIn() finds what is on trial', () => {
  expect(trialIn('on trial: 20261201T000000-abcdef firewall:host\nlive\n')).toEqual({
    onTrial: 'firewall:host',
    rest: 'live\n',
  });
  expect(trialIn('live\n')).toEqual({ onTrial: undefined, rest: 'live\n' });
});
