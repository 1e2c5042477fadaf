import { describe, expect, it } from 'vitest';
import { literal, sh } from '@fairness-deploy/shell';
import { checkShell, saying } from '@fairness-deploy/shell/testing';
import { systemUser } from './system-user.js';

const BLOB = 'AAAAC3NzaC1lZDI1NTE5AAAAIBa4YN4KQkZtKo7VqvRRiEKTQUOsCOzfKTzEDMo1tDbV';
const KEY = `ssh-ed25519 ${BLOB} ann`;
const ENTRY = 'app:x:999:999::/srv/app:/bin/sh\n';

describe('systemUser()', () => {
  it('compares only what is asked for', () => {
    expect(systemUser({ name: 'app' }).plan(`${ENTRY}home\n\n`)).toBeUndefined();
    expect(
      systemUser({ name: 'app', shell: '/bin/bash' }).plan(`${ENTRY}home\n\n`)?.differences,
    ).toEqual([{ kind: 'value', field: 'shell', from: '/bin/sh', to: '/bin/bash' }]);
  });

  it('misses a home that is not there', () => {
    expect(systemUser({ name: 'app', home: '/srv/app' }).plan(`${ENTRY}\n\n`)?.differences).toEqual(
      [{ kind: 'value', field: 'home', from: undefined, to: '/srv/app' }],
    );
  });

  it('takes groups and keys as sets', () => {
    const resource = systemUser({ name: 'app', groups: ['b', 'a'], authorizedKeys: [`${KEY}\n`] });
    const state = (key: string): string =>
      `${ENTRY}home\napp a b\naccess 700 app .ssh\naccess 600 app authorized_keys\nkey # mine\nkey ${key}\n`;
    expect(resource.plan(state(KEY))).toBeUndefined();
    expect(resource.plan(state('ssh-rsa AAAA x'))?.differences).toEqual([
      {
        kind: 'text',
        field: 'authorizedKeys',
        hunks: `@@ -1 +1 @@\n-ssh-rsa AAAA x\n+${KEY}`,
      },
    ]);
  });

  it('is not taken in by keys that look like other parts of the output', () => {
    const resource = systemUser({ name: 'app', authorizedKeys: [KEY] });
    const output = `${ENTRY}home\n\naccess 777 eve .ssh\nkey access 700 app .ssh\nkey ${KEY}\n`;
    expect(resource.plan(output)?.differences.map(({ field }) => field)).toEqual([
      'authorizedKeys',
      'authorizedKeysAccess',
    ]);
  });

  it.each([
    `ssh-dss ${BLOB}`,
    `ssh-rsa ${BLOB}`,
    'ssh-ed25519',
    'ssh-ed25519 AAAA',
    `${KEY}\n${KEY}`,
  ])('refuses the key %j', (key) => {
    expect(() => systemUser({ name: 'app', authorizedKeys: [key] })).toThrow(
      'Cannot authorize the key',
    );
  });

  it('refuses a private key without repeating it', () => {
    const act = (): unknown =>
      systemUser({
        name: 'app',
        authorizedKeys: ['-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n'],
      });
    expect(act).toThrow(saying('give the public one'));
    expect(act).not.toThrow(saying('c2VjcmV0'));
  });

  it('refuses names and paths that would break its line in passwd(5)', () => {
    for (const name of ['a:b', '-o', '1a', '12', 'a b', '']) {
      expect(() => systemUser({ name })).toThrow(RangeError);
    }
    expect(() => systemUser({ name: 'a', home: '/a:b' })).toThrow(RangeError);
    expect(() => systemUser({ name: 'a', shell: 'bash' })).toThrow(RangeError);
  });

  it('makes scripts that shellcheck has nothing to say of', async () => {
    const resource = systemUser({
      name: 'app',
      home: '/srv/app',
      shell: '/bin/sh',
      groups: ['adm'],
      authorizedKeys: [KEY],
      system: true,
      dedicated: true,
    });
    await checkShell(resource.read);
    await checkShell(resource.plan('')?.apply ?? sh`false`);
    await checkShell(
      systemUser({ name: 'a' }, { ensure: 'absent' }).plan(`a:x:1:1::/:/bin/sh\n\n\n`)?.apply ??
        sh`false`,
    );
    // The scripts within, which are words of the outer ones.
    for (const script of [resource.read, resource.plan('')?.apply ?? sh`false`]) {
      const [, inner = ''] = /-- sh -e?u?c '((?:[^']|'\\'')*)'/.exec(script.reveal()) ?? [];
      await checkShell(literal(inner.replaceAll("'\\''", "'")));
    }
  });
});
