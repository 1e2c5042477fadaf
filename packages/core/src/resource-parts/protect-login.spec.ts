import { describeFailure } from '@fairness-deploy/shell/text';
import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { protectAccount, protectKey, protectKeyFile } from './protect-login.js';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBa4YN4KQkZtKo7VqvRRiEKTQUOsCOzfKTzEDMo1tDbV';
const OTHER =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBa4YN4KQkZtKo7VqvRRiEKTQUOsCOzfKTzEDMo1tDbW bob';
const login = { user: 'deploy', publicKey: KEY };
const from = { home: '/home/deploy', shell: '/bin/bash', authorizedKeys: [`${KEY} ana`, OTHER] };

/** What is said to a change of the account of `name`; undefined: nothing. */
function refusal(to: Partial<typeof from> | undefined, name = 'deploy'): string | undefined {
  try {
    const left = { home: undefined, shell: undefined, authorizedKeys: undefined };
    protectAccount(login, name, from, to && { ...left, ...to });
    return undefined;
  } catch (error) {
    return describeFailure(error);
  }
}

describe('protectAccount()', () => {
  it('refuses what would lock the connection out, and says what to write', () => {
    expect(refusal(undefined)).toContain(
      'Cannot remove deploy: this connection logged in as deploy',
    );
    expect(refusal({ home: '/srv/shop' })).toContain('Write home: /home/deploy');
    expect(refusal({ shell: '/usr/sbin/nologin' })).toContain('Write shell: /bin/bash');
    expect(refusal({ authorizedKeys: [OTHER] })).toContain(`Add this line there: ${KEY} ana`);
    expect(refusal({ authorizedKeys: [] })).toContain('authorizedKeys of deploy');
  });

  it('lets other changes and other accounts be', () => {
    expect(refusal({ home: '/home/deploy', shell: '/bin/zsh' })).toBeUndefined();
    expect(refusal({ authorizedKeys: [KEY] })).toBeUndefined();
    expect(refusal(undefined, 'ana')).toBeUndefined();
    expect(refusal({ shell: '/bin/false', authorizedKeys: [] }, 'ana')).toBeUndefined();
  });
});

describe('protectKeyFile()', () => {
  const path = '/home/deploy/.ssh/authorized_keys';
  const looking = { ...login, keyFiles: [path] };

  it('refuses a file that sshd looks in without the key, also when its old text is unknown', () => {
    for (const old of [`${KEY} ana\n`, `sha256:${'0'.repeat(64)}`, 'link to /etc/keys']) {
      for (const to of [undefined, `${OTHER}\n`]) {
        expect(() => {
          protectKeyFile(looking, path, old, to);
        }).toThrow(saying(`Add this line there: ${KEY}`));
      }
      protectKeyFile(looking, path, old, `${KEY}\n`);
    }
  });

  it('lets other files be', () => {
    protectKeyFile(looking, '/srv/deploy/photo', `sha256:${'0'.repeat(64)}`, undefined);
    protectKeyFile(looking, path, `${OTHER}\n`, '');
  });
});

describe('protectKey()', () => {
  it.each(['command="true"', 'restrict,from="10.0.0.1"', 'expiry-time="20200101"'])(
    'does not count the key with %s, unless it was so when it was accepted',
    (options) => {
      const narrowed = `${options} ${KEY}`;
      expect(() => {
        protectKey(login, [KEY], [narrowed], 'keys');
      }).toThrow(saying('Add this line'));
      protectKey(login, [narrowed], [narrowed], 'keys');
    },
  );

  it('takes options that leave it as it is used', () => {
    protectKey(login, [KEY], [`restrict,no-pty ${KEY} ana`], 'keys');
  });

  it('has nothing to say of a key that is accepted from elsewhere', () => {
    protectKey(login, [OTHER], [], 'keys');
    protectKey({ user: 'deploy' }, [KEY], [], 'keys');
  });
});
