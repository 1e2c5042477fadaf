import { describe, expect, it } from 'vitest';
import { effectiveLines, sshSettings, type SshOptions } from './ssh-options.js';

const linesOf = (options: SshOptions): readonly string[] =>
  sshSettings(options).flatMap(({ lines }) => lines);

describe('sshSettings()', () => {
  it("has sshd's own words and values", () => {
    expect(
      linesOf({
        permitRootLogin: 'prohibit-password',
        x11Forwarding: false,
        allowTcpForwarding: true,
        maxAuthTries: 3,
        allowUsers: ['ana', 'deploy@10.0.0.0/8'],
        logLevel: 'VERBOSE',
      }),
    ).toEqual([
      'AllowTcpForwarding yes',
      'AllowUsers ana deploy@10.0.0.0/8',
      'LogLevel VERBOSE',
      'MaxAuthTries 3',
      'PermitRootLogin prohibit-password',
      'X11Forwarding no',
    ]);
  });

  it('asks for no password in the other way either, unless that is declared', () => {
    expect(linesOf({ passwordAuthentication: false })).toEqual([
      'KbdInteractiveAuthentication no',
      'ChallengeResponseAuthentication no',
      'PasswordAuthentication no',
    ]);
    expect(linesOf({ passwordAuthentication: true })).toEqual(['PasswordAuthentication yes']);
    const codes = linesOf({ passwordAuthentication: false, kbdInteractiveAuthentication: true });
    expect(codes).toContain('KbdInteractiveAuthentication yes');
  });
});

it('effectiveLines() are those of sshd -T', () => {
  const options = { permitRootLogin: 'prohibit-password', allowGroups: ['a', 'b'] } as const;
  expect(effectiveLines(sshSettings(options))).toEqual([
    'allowgroups a',
    'allowgroups b',
    'permitrootlogin without-password',
  ]);
});
