import { withHint } from '@fairness-deploy/shell/text';
import { Secret } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { file } from '../resources/file.js';
import { systemUser } from '../resources/system-user.js';
import { checkShell } from '@fairness-deploy/shell/testing';
import { sh } from '@fairness-deploy/shell';
import { loginRefusal, loginTrial } from './login-trial.js';

const login = { user: 'deploy', sudo: { password: new Secret('sudo', "it's") } };
const right = file({ path: '/etc/sudoers.d/deploy', content: 'deploy ALL=(ALL) ALL\n' });

describe('loginTrial()', () => {
  it('is not held when nothing has to do with logins', () => {
    const others = [
      file({ path: '/etc/motd', content: '' }),
      systemUser({ name: 'ana', groups: [] }),
      systemUser({ name: 'deploy', shell: '/bin/sh' }),
    ];
    expect(loginTrial(others, login)).toBeUndefined();
  });

  it('is a script that shellcheck has nothing to say of, and shows no password', async () => {
    const resources = [
      right,
      file({ path: '/etc/ssh/sshd_config.d/x.conf' }, { ensure: 'absent' }),
      systemUser({ name: 'deploy', groups: ['adm', 'sudo'] }),
    ];
    const script = loginTrial(resources, login) ?? sh`false`;
    expect(String(script)).not.toContain("it's");
    await checkShell(script);
    await checkShell(
      loginTrial([systemUser({ name: 'deploy', groups: [] })], { user: 'deploy' }) ?? sh`false`,
    );
  });
});

describe('loginRefusal()', () => {
  it('refuses what takes the right to become root away, and nothing else', () => {
    const refusal = (before: string, after: string) => {
      const found = loginRefusal(`before\n${before}\nafter\n${after}\n`, login);
      return found && withHint(found.message, found.hint);
    };
    expect(refusal('sudo yes', 'groups deploy')).toContain('deploy ALL=(ALL) ALL');
    expect(refusal('sudo yes', 'sudo-said sudo: sorry')).toContain('does: sudo: sorry\n');
    expect(refusal('sudo yes', 'sudo-said sudo: sorry\nsudoers x:1: syntax error')).toContain(
      'sudo would refuse its configuration: x:1: syntax error\n',
    );
    expect(refusal('sudo yes\nsudoers a', 'sudo yes\nsudoers a\nsudoers b')).toBeUndefined();
    expect(refusal('sudo yes', 'sudo yes')).toBeUndefined();
    expect(refusal('groups deploy', 'groups deploy')).toBeUndefined();
    expect(loginRefusal('before\nsudo yes\n', login)).toBeUndefined();
  });
});
