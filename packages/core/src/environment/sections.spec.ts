import { EnvironmentError } from '@fairness-deploy/environment-file';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { environmentSecretStore } from '@fairness-deploy/secrets';
import { Text } from '@fairness-deploy/shell/secret';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { textSchema } from '../inventory/text-schema.js';
import { definePlugin, type Plugin } from '../plugin/plugin.js';
import { loadEnvironment } from './load-environment.js';

let workspace: TemporaryWorkspace;
afterEach(() => {
  workspace.dispose();
});

/** Offers its text as `${<section>.text}`, and the number 5432 as `${<section>.port}`. */
const offering = (section: string, as = section): Plugin =>
  definePlugin<{ readonly text?: Text }>({
    section,
    schema: z.strictObject({ text: textSchema.exactOptional(), port: z.int().exactOptional() }),
    offers: [
      {
        ...{ name: as, placeholder: 'value' },
        values: ({ section: { text = 'nothing' } }) => ({ text, port: 5432 }),
        refuse: (path) => (path.includes('hosts') ? 'no host may have it' : undefined),
      },
    ],
  });

const database = offering('database');
const backup = offering('backup');

function load(
  text: string,
  plugins: readonly Plugin[] = [database, backup],
  variables: NodeJS.ProcessEnv = { FAIRNESS_SECRET_DB: 'p4ss' },
) {
  workspace = temporaryWorkspace({
    'environments/test/environment.yaml': `hosts: { web: }\n${text}`,
  });
  const secrets = () => environmentSecretStore(variables);
  return loadEnvironment({ workspace: workspace.folder, name: 'test' }, { plugins, secrets });
}

const messageOf = (text: string): Promise<string> =>
  load(text).then(
    () => 'no error',
    (error: unknown) => {
      if (!(error instanceof EnvironmentError)) throw error;
      return error.message.replace(/^.*\n\n/, '').replaceAll(/\S*environment\.yaml:/g, '');
    },
  );

describe('a value that a plugin offers', () => {
  it('is filled in with its type, in any order of the sections', async () => {
    const { environment, secrets } = await load(
      "backup: { text: 'at ${database.text}', port: '${database.port}' }\ndatabase: { text: 'db:${secrets.db}' }",
    );
    const section = environment.sections['backup'] as { text: Text; port: number };
    expect(section.port).toBe(5432);
    expect(String(section.text)).toBe('at db:***');
    expect(section.text.reveal()).toBe('at db:p4ss');
    expect(secrets.map(({ name }) => name)).toEqual(['db']);
  });

  it.each([
    [
      'unknown',
      "database: {}\nbackup: { text: '${database.prot}' }",
      '3:17\n  backup.text: there is no value "prot"\n  → did you mean "port"?',
    ],
    [
      'of a section that is not there',
      "backup: { text: '${database.text}' }",
      '2:17\n  backup.text: cannot fill in ${database.text}: only ${vars.name}, ${secrets.name} and ${backup.value} are\n  → write $${ for the characters ${',
    ],
    [
      'of its own section',
      "database: { text: '${database.port}' }",
      '2:19\n  database.text: cannot fill in ${database.port}: "database" would need a value of its own\n  → write the value itself, or put it under vars',
    ],
    [
      'of sections in a circle',
      "database: { text: '${backup.text}' }\nbackup: { text: '${database.text}' }",
      '3:17\n  backup.text: cannot fill in ${database.text}: "database", "backup" need values of each other\n  → write the value itself, or put it under vars',
    ],
    [
      'of a section that is wrong, which is said once',
      "database: { prot: 1 }\nbackup: { text: '${database.text}' }",
      '2:13\n  database.prot: unknown key\n  → did you mean "port"?',
    ],
  ])('that is %s is an error', async (_, text, message) => {
    expect(await messageOf(text)).toBe(message);
  });

  it('is refused where its plugin says so', async () => {
    workspace = temporaryWorkspace({
      'environments/test/environment.yaml': "hosts: { web: '${database.text}' }\ndatabase: {}",
    });
    await expect(
      loadEnvironment({ workspace: workspace.folder, name: 'test' }, { plugins: [database] }),
    ).rejects.toThrow('hosts.web: no host may have it');
  });

  it('may hold a secret that the plugin itself needs, and is masked then', async () => {
    const postgres = definePlugin({
      section: 'postgres',
      schema: z.unknown(),
      secrets: () => [{ name: 'db', description: 'the password of the database' }],
      offers: [
        {
          ...{ name: 'postgres', placeholder: 'value' },
          values: ({ secret }) => ({ url: Text.of('postgres://app:', secret('db'), '@localhost') }),
        },
      ],
    });
    const used = "postgres:\nbackup: { text: '${postgres.url}' }";
    const { environment, secrets } = await load(used, [postgres, backup]);
    const { text } = environment.sections['backup'] as { text: Text };
    expect(String(text)).toBe('postgres://app:***@localhost');
    expect(text.reveal()).toBe('postgres://app:p4ss@localhost');
    expect(secrets.map(({ name }) => name)).toEqual(['db']);
    await expect(load(used, [postgres, backup], {})).rejects.toThrow(
      /backup\.text: cannot fill in \$\{postgres\.url\}: it needs the secret "db", which is missing\n {2}→ /,
    );
  });

  it('has a name that no other plugin offers', async () => {
    const other = offering('backup', 'database');
    await expect(load('database: {}\nbackup: {}', [database, other])).rejects.toThrow(
      'Cannot use the plugin of the section "backup": it offers values as ${database.value}, and so does the plugin of the section "database"',
    );
  });
});
