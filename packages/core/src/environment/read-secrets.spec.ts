import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { lockedSecretStore } from '@fairness-deploy/secrets';
import { Text } from '@fairness-deploy/shell/secret';
import { definePlugin } from '../plugin/plugin.js';
import { PASSWORD_FILE, SECRETS_FILE } from '../testing/encrypted-secrets.js';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { loadEnvironment } from './load-environment.js';
import { textSchema } from '../inventory/text-schema.js';

const EXAMPLE = definePlugin({ section: 'example', schema: z.record(z.string(), textSchema) });
const NAMES = `secrets:
  names:
    db_password: The password of the database
    db_name: { description: Its name, confidential: false }
    smtp: { required: false }
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
const encrypted = { ...SECRETS_FILE, ...PASSWORD_FILE };

describe('the secrets of an environment', () => {
  it('are filled in from its encrypted file, and masked unless they are not confidential', async () => {
    const uses = 'example: { url: "${secrets.db_name}:${secrets.db_password}" }\n';
    const { environment, secrets } = await load(NAMES + uses, encrypted);
    const { url } = environment.sections['example'] as { readonly url: Text };
    expect(url.reveal()).toBe("permacoop:it's");
    expect(String(url)).toBe('***:***');
    expect(secrets.map(({ name }) => name)).toEqual(['db_password']);
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'are masked when one is called %s',
    async (name) => {
      vi.stubEnv(`FAIRNESS_SECRET_${name.toUpperCase()}`, 'of that name');
      try {
        const { secrets } = await load(
          `${NAMES}example: { a: "\${secrets.${name}}" }\n`,
          encrypted,
        );
        expect(secrets.map((secret) => secret.reveal())).toContain('of that name');
      } finally {
        vi.unstubAllEnvs();
      }
    },
  );

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
    const { secrets } = await load(names, SECRETS_FILE);
    expect(secrets).toEqual([]);
  });

  it('need a password', async () => {
    await expect(load(NAMES, SECRETS_FILE)).rejects.toThrow(
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

  it('has the reason of a locked text', () => {
    workspace = temporaryWorkspace();
    const why = new Error('no password');
    const text = Text.of('a ', lockedSecretStore(why).get('any'));
    const changed = text.mapWhole((value) => value.toUpperCase());
    expect([text.locked, changed.locked, Text.of('a').locked]).toEqual([why, why, undefined]);
    expect(() => changed.reveal()).toThrow(why);
  });
});
