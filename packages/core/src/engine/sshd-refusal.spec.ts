import { describe, expect, it } from 'vitest';
import { sshdRefusal, type SshdView } from './sshd-refusal.js';

const view = (...lines: readonly string[]): SshdView => ({
  groups: ['deploy', 'sudo'],
  connection: { address: '10.0.0.7', local: '10.0.0.1', port: '22' },
  lines: ['port 22', 'pubkeyauthentication yes', 'permitrootlogin no', ...lines],
  broken: false,
});
const refusal = (...lines: readonly string[]) =>
  sshdRefusal(view(), view(...lines), 'deploy')?.message;

describe('sshdRefusal()', () => {
  it.each([
    'allowusers ana',
    'allowusers deploy@192.168.0.0/16',
    'allowusers deploy@10.0.1.*',
    'allowusers deploy@fe80::/10',
    'allowusers deploy@10.0.0.0/99',
    'denyusers dep*',
    'allowgroups admins',
    'denygroups sudo',
    'authenticationmethods publickey,password',
    'forcecommand /bin/true',
    'authorizedkeysfile /etc/keys/%u',
  ])('finds that this login would not be let in with %s', (line) => {
    expect(refusal(line)).toContain('sshd would refuse deploy');
  });

  it.each([
    'allowusers deploy',
    'allowusers d?ploy@10.0.0.0/24',
    'denyusers deploy@192.168.0.0/16',
    'allowgroups wheel sudo',
    'authenticationmethods publickey',
    'forcecommand none',
    'port 2222',
    'x11forwarding no',
  ])('lets %s be', (line) => {
    expect(refusal(line)).toBeUndefined();
  });

  const CIPHERS = 'ciphers chacha20-poly1305@openssh.com,aes256-ctr';
  const KEYS = 'ssh-ed25519,ssh-ed25519-cert-v01@openssh.com,ssh-rsa,rsa-sha2-512,rsa-sha2-256';
  it.each([
    [CIPHERS, 'ciphers 3des-cbc'],
    ['macs hmac-sha2-256,hmac-sha1', 'macs umac-64@openssh.com'],
    ['kexalgorithms curve25519-sha256', 'kexalgorithms diffie-hellman-group1-sha1'],
    [`hostkeyalgorithms ${KEYS}`, 'hostkeyalgorithms ssh-ed25519'],
    [`pubkeyacceptedalgorithms ${KEYS}`, 'pubkeyacceptedalgorithms rsa-sha2-512'],
    ['maxsessions 10', 'maxsessions 0'],
    ['revokedkeys none', 'revokedkeys /etc/ssh/revoked'],
    ['addressfamily any', 'addressfamily inet6'],
    ['requiredrsasize 1024', 'requiredrsasize 4096'],
    ['usepam yes', 'usepam no'],
    ['strictmodes no', 'strictmodes yes'],
    ['pubkeyauthoptions none', 'pubkeyauthoptions verify-required'],
    ['refuseconnection no', 'refuseconnection yes'],
  ])('finds that %s → %s could lock clients out', (before, after) => {
    expect(sshdRefusal(view(before), view(after), 'deploy')?.message).toContain(
      'would refuse deploy',
    );
  });

  it.each([
    [CIPHERS, 'ciphers aes256-ctr'],
    [CIPHERS, `${CIPHERS},aes128-ctr`],
    [`hostkeyalgorithms ${KEYS}`, 'hostkeyalgorithms ssh-ed25519,rsa-sha2-512'],
    ['maxsessions 10', 'maxsessions 4'],
    ['revokedkeys /etc/ssh/revoked', 'revokedkeys /etc/ssh/revoked'],
    ['addressfamily any', 'addressfamily inet'],
    ['requiredrsasize 2048', 'requiredrsasize 1024'],
    ['strictmodes yes', 'strictmodes no'],
  ])('lets %s → %s be', (before, after) => {
    expect(sshdRefusal(view(before), view(after), 'deploy')).toBeUndefined();
  });

  it('asks of groups that are to change, too', () => {
    const before = view('allowgroups sudo');
    const after = { ...before, groups: ['deploy'] };
    expect(sshdRefusal(before, after, 'deploy')?.message).toContain('allowgroups');
  });

  it('does not count what is so already, or what it cannot judge', () => {
    const odd = view('allowusers ana');
    expect(sshdRefusal(odd, odd, 'deploy')).toBeUndefined();
    expect(sshdRefusal(odd, view('allowusers bob'), 'deploy')).toBeUndefined();
    const elsewhere = { ...view(), connection: undefined };
    expect(sshdRefusal(elsewhere, view('allowusers ana'), 'deploy')).toBeUndefined();
    expect(
      sshdRefusal({ ...view(), broken: true }, { ...view(), broken: true }, 'deploy'),
    ).toBeUndefined();
  });

  it('has the message of sshd about a file that it refuses', () => {
    const broken = { ...view(), broken: true, lines: ['line 3: Bad option: Foo'] };
    expect(sshdRefusal(view(), broken, 'deploy')?.message).toContain('line 3: Bad option: Foo');
  });
});

it('sshdRefusal() sees what sshd has not loaded yet, where the plan makes it load its files', () => {
  const shut = view('allowusers ana');
  expect(sshdRefusal(shut, shut, 'deploy')).toBeUndefined();
  expect(sshdRefusal(shut, shut, 'deploy', true)?.message).toBe(
    'sshd would refuse deploy, as which this connection logged in: allowusers ana, in its files, which it has not loaded yet',
  );
  expect(sshdRefusal(view(), view(), 'deploy', true)).toBeUndefined();
});
