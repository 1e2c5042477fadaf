import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PASSWORD_FILE, SECRETS_FILE } from '../testing/encrypted-secrets.js';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { loadFor } from './load-for.js';
import { OWN_COMMANDS } from '../commands/own-commands.js';
import { targetOf } from './target-of.js';

let workspace: TemporaryWorkspace;
let warnings: string[] = [];
beforeEach(() => {
  warnings = [];
  workspace = temporaryWorkspace({
    'environments/prod/environment.yaml':
      'hosts: { web: { address: 10.0.0.1 } }\nsecrets: { names: { db_password: "", missing: "" } }\n',
    ...SECRETS_FILE,
    ...PASSWORD_FILE,
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  workspace.dispose();
});

const loadWith = (without: boolean | 'unread') =>
  loadFor(
    { withoutSecrets: without },
    { workspace: workspace.folder, environment: 'prod' },
    (text) => {
      if (!text.startsWith('Warning')) warnings.push(text);
    },
  );

const load = (name: keyof typeof OWN_COMMANDS) => {
  const command = OWN_COMMANDS[name];
  return loadWith('withoutSecrets' in command);
};

describe('loadFor()', () => {
  it.each(['ping', 'status', 'attach', 'cancel'] as const)(
    'goes on for %s when a secret is missing',
    async (name) => {
      const { secrets } = await load(name);
      expect(secrets.map((secret) => secret.name)).toContain('db_password');
      expect(warnings).toEqual([]);
    },
  );

  it.each(['decommission', 'provision'] as const)(
    'stops for %s when a secret is missing',
    async (name) => {
      await expect(load(name)).rejects.toThrow('this secret is missing');
    },
  );

  it.each(['status', 'attach', 'cancel'] as const)(
    'goes on for %s with a wrong password, and says so',
    async (name) => {
      workspace.write('environments/vault-password', 'wrong\n');
      expect((await load(name)).secrets).toEqual([]);
      expect(warnings.join()).toContain('is wrong');
      expect(warnings.join()).toContain('what hosts print is not masked');
    },
  );

  it.each(['decommission', 'provision'] as const)(
    'stops for %s with a wrong password',
    async (name) => {
      workspace.write('environments/vault-password', 'wrong\n');
      await expect(load(name)).rejects.toThrow('is wrong');
      expect(warnings).toEqual([]);
    },
  );

  it('continues without secrets for a command of a plugin that allows it', async () => {
    workspace.write('environments/vault-password', 'wrong\n');
    await loadWith(true);
    expect(warnings.join()).toContain('what hosts print is not masked');
    await expect(loadWith(false)).rejects.toThrow('is wrong');
  });

  it('does not open the file for a command that leaves it unread', async () => {
    workspace.write('environments/vault-password', 'wrong\n');
    vi.stubEnv('FAIRNESS_SECRET_SUDO', 'open sesame');
    const { secrets } = await loadWith('unread');
    expect(warnings).toEqual([]);
    expect(secrets.map((secret) => secret.name)).toEqual(['sudo']);
  });

  it('continues with a merge conflict in the secrets', async () => {
    const [file = '', text = ''] = Object.entries(SECRETS_FILE)[0] ?? [];
    workspace.write(file, `<<<<<<< ours\n${text}=======\n${text}>>>>>>> theirs\n`);
    await load('cancel');
    expect(warnings.join()).toContain('it holds the marks of a merge conflict');
    await expect(load('provision')).rejects.toThrow('it holds the marks of a merge conflict');
  });

  it('fails where a secret is used', async () => {
    workspace.write('environments/vault-password', 'wrong\n');
    workspace.write(
      'environments/prod/environment.yaml',
      "hosts: { web: { sudoPassword: '${secrets.sudo}' } }\n",
    );
    const { environment } = await load('cancel');
    for (const host of environment.hosts) {
      await expect(targetOf(environment, [], host)).rejects.toThrow('is wrong');
    }
    expect(environment.hosts).toHaveLength(1);
  });

  it('has the secrets of variables, and masks them', async () => {
    workspace.write('environments/vault-password', 'wrong\n');
    workspace.write(
      'environments/prod/environment.yaml',
      "hosts: { web: { sudoPassword: '${secrets.sudo}' } }\n",
    );
    vi.stubEnv('FAIRNESS_SECRET_SUDO', 'open sesame');
    const { environment, secrets } = await load('cancel');
    const targets = environment.hosts.map((host) => targetOf(environment, [], host));
    const passwords = (await Promise.all(targets)).map(({ sudoPassword }) =>
      sudoPassword?.reveal(),
    );
    expect(passwords).toEqual(['open sesame']);
    expect(secrets.map((secret) => secret.name)).toEqual(['sudo']);
  });
});
