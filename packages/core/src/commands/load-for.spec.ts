import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryWorkspace, type TemporaryWorkspace } from '../testing/temporary-workspace.js';
import { loadFor } from './load-for.js';

/** ansible-vault's, with the password `correct horse`: db_password: 'it''s', db_name: permacoop. */
const VAULT = `$ANSIBLE_VAULT;1.1;AES256
30653633393637383239643138323437333638303633306134396630633463663763396138343562
3933653339386437303136396430656431666633333333370a336639363835663738623039626263
31396637353636666137353263626436336464653266383365306465643131626237643339626461
3163383433386331610a353435653436356232333761653130333131663135333365396132303261
62356239313662386664386537663033396237366439306533626437333835623739653661373139
6363633938636431333238376364613861353366383930626163
`;

let workspace: TemporaryWorkspace;
let warnings: string[] = [];
beforeEach(() => {
  warnings = [];
  workspace = temporaryWorkspace({
    'environments/prod/environment.yaml':
      'hosts: { web: { address: 10.0.0.1 } }\nsecrets: { names: { db_password: "", missing: "" } }\n',
    'environments/prod/secrets.yaml': VAULT,
    'environments/vault-password': 'correct horse\n',
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
