import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lockedSecretStore, Text } from '@fairness-deploy/secrets';
import { definePlugin } from '../plugin/plugin.js';
import { temporaryWorkspace, type TemporaryWorkspace } from '../testing/temporary-workspace.js';
import { loadEnvironment } from './load-environment.js';
import { textSchema } from './text-schema.js';

const EXAMPLE = definePlugin({ section: 'example', schema: z.record(z.string(), textSchema) });
const NAMES = `secrets:
  names:
    db_password: The password of the database
    db_name: { description: Its name, confidential: false }
    smtp: { required: false }
`;
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
afterEach(() => {
  workspace.dispose();
});

function load(yaml: string, files: Readonly<Record<string, string>> = {}) {
  workspace = temporaryWorkspace({
    'environments/prod/environment.yaml': `hosts: { web: { address: 10.0.0.1 } }\n${yaml}`,
    ...files,
  });
  return loadEnvironment(
    { workspace: workspace.folder, name: 'prod' },
    { plugins: [EXAMPLE], warn: () => undefined },
  );
}
const encrypted = {
  'environments/prod/secrets.yaml': VAULT,
  'environments/vault-password': 'correct horse\n',
};

describe('the secrets of an environment', () => {
  it('are filled in from its encrypted file, and masked unless they are not confidential', async () => {
    const uses = 'example: { url: "${secrets.db_name}:${secrets.db_password}" }\n';
    const { environment, secrets } = await load(NAMES + uses, encrypted);
    const { url } = environment.sections['example'] as { readonly url: Text };
    expect(url.reveal()).toBe("permacoop:it's");
    expect(String(url)).toBe('***:***');
    expect(secrets.map(({ name }) => name)).toEqual(['db_password']);
  });

  it('are not masked when they are deprecated: a placeholder stands in all sorts of text', async () => {
    const names = NAMES.replace('db_password: The', 'db_password: { deprecated: true } # The');
    const { secrets } = await load(
      `${names}example: { a: "\${secrets.db_password}" }\n`,
      encrypted,
    );
    expect(secrets).toEqual([]);
  });

  it('are missing with the place where they are declared, and the command that adds them', async () => {
    const loaded = load(NAMES);
    await expect(loaded).rejects.toThrow(`environments/prod/environment.yaml:4:18
  secrets.names.db_password: this secret is missing: The password of the database
  → npx nx run prod:secrets-set --name=db_password`);
    await expect(loaded).rejects.not.toThrow('smtp');
  });

  it('are not looked for when none is required or used', async () => {
    const names = 'secrets: { names: { smtp: { required: false } } }\n';
    const { secrets } = await load(names, {
      'environments/prod/secrets.yaml': VAULT,
    });
    expect(secrets).toEqual([]);
  });

  it('need a password', async () => {
    await expect(load(NAMES, { 'environments/prod/secrets.yaml': VAULT })).rejects.toThrow(
      "Cannot find the password of prod's secrets",
    );
  });

  it.each([
    ['names: { 0a: x }', '"0a"', 'expected a name of letters'],
    ['names: { a: [1] }', 'secrets.names.a', 'expected what the secret is for'],
    ['names: { a: { descripton: x } }', 'descripton', 'did you mean "description"'],
    ['names: { a: "${vars.b}" }', 'secrets.names.a', 'nothing is filled in here'],
    ['password: { command: "a | b" }', 'secrets.password.command', 'only a shell would'],
  ])('are declared by %s only in the right way', async (section, path, message) => {
    const loaded = load(`secrets: { ${section} }\n`);
    await expect(loaded).rejects.toThrow(message);
    await expect(loaded).rejects.toThrow(path);
  });
});

describe('lockedSecretStore()', () => {
  it('has every name and reveals none', () => {
    workspace = temporaryWorkspace();
    const store = lockedSecretStore(new Error('no password'));
    expect(store.has('any')).toBe(true);
    expect(String(Text.of('a ', store.get('any')))).toBe('a ***');
    expect(() =>
      store
        .get('any')
        .map((value) => value)
        .reveal(),
    ).toThrow('no password');
  });
});
