import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD_FILE, SECRETS_FILE } from '../testing/encrypted-secrets.js';
import { temporaryWorkspace, type TemporaryWorkspace } from '../testing/temporary-workspace.js';
import { loadFor } from './load-for.js';

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
  workspace.dispose();
});

const load = (command: string) =>
  loadFor(command, { workspace: workspace.folder, environment: 'prod' }, (text) => {
    if (!text.startsWith('Warning')) warnings.push(text);
  });

describe('loadFor()', () => {
  it.each(['ping', 'status', 'history'])(
    'goes on for %s when a secret is missing',
    async (name) => {
      const { secrets } = await load(name);
      expect(secrets.map((secret) => secret.name)).toContain('db_password');
      expect(warnings).toEqual([]);
    },
  );

  it.each(['plan', 'deploy'])('stops for %s when a secret is missing', async (name) => {
    await expect(load(name)).rejects.toThrow('this secret is missing');
  });

  it('goes on with a wrong password only to look, and says so', async () => {
    workspace.write('environments/vault-password', 'wrong\n');
    expect((await load('status')).secrets).toEqual([]);
    expect(warnings.join()).toContain('what hosts print is not masked');
    await expect(load('plan')).rejects.toThrow('is wrong');
  });
});
