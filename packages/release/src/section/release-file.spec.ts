import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockedSecretStore } from '@fairness-deploy/secrets';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { portMark } from '../application/port-mark.js';
import { application, environment } from '../testing/application.js';
import { temporaryFolder } from '../testing/temporary-repository.js';
import { releaseFiles } from './release-file.js';
import { releaseSchema } from './section.js';

const token = Text.of(new Secret('token', `it's "s3cret"`));
const host = { name: 'web', address: 'web', sudo: false };

/** The content of a file as a host gets it, and as people see it. */
function rendered(path: string, file: object, template = '', env = application.env) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file.ejs'), template);
  const { files } = releaseSchema.parse({ files: { [path]: file } });
  const of = { ...environment, folder, application: { ...application, env } };
  const [one] = releaseFiles(files, { environment: of, host });
  if (!one) throw new Error('no file');
  return { text: one.content.reveal(), shown: String(one.content) };
}

describe('releaseFiles()', () => {
  it('are the text that is given, written before install unless told', () => {
    expect(rendered('a', { content: Text.of('token=', token) })).toEqual({
      text: `token=it's "s3cret"`,
      shown: 'token=***',
    });
    const { files } = releaseSchema.parse({ files: { b: { content: 1 }, a: { content: '' } } });
    expect(releaseFiles(files, { environment, host })).toMatchObject([
      { path: 'a', when: 'install' },
      { path: 'b', when: 'install' },
    ]);
  });

  it('are a .env file of variables, quoted as needed', () => {
    expect(rendered('.env', { env: { PORT: 3000, NAME: 'a b', TOKEN: token } })).toEqual({
      text: `PORT='3000'\nNAME='a b'\nTOKEN=\`it's "s3cret"\`\n`,
      shown: "PORT='3000'\nNAME='a b'\nTOKEN=***\n",
    });
  });

  it('are JSON of values, secrets in it quoted', () => {
    const json = {
      password: token,
      port: 5432,
      ssl: false,
      none: null,
      'a"key': [],
      list: [{ a: 1 }, 'x'],
    };
    const { text, shown } = rendered('ormconfig.json', { json });
    expect(JSON.parse(text)).toEqual({ ...json, password: token.reveal() });
    expect(text).toBe(`${JSON.stringify({ ...json, password: token.reveal() }, undefined, 2)}\n`);
    expect(shown).toContain('"password": ***,');
  });

  it.each([
    ['config.json', '{ "token": <%= variables.token %> }', `{ "token": "it's \\"s3cret\\"" }`],
    ['client/.env.local', 'TOKEN=<%= variables.token %>', `TOKEN=\`it's "s3cret"\``],
    ['.npmrc', 'token=<%= variables.token %>', `token=it's "s3cret"`],
    ['run.sh', 'TOKEN=<%- sh(variables.token) %>', String.raw`TOKEN='it'\''s "s3cret"'`],
    ['x', '<%- dotenv(variables.token) %>', `\`it's "s3cret"\``],
    ['x', '<%= host.name %> of <%= environment.name %>', `web of ${environment.name}`],
  ])('are rendered from a template for %s: %s', (path, template, text) => {
    const file = { template: 'file.ejs', variables: { token } };
    const all = rendered(path, file, template);
    expect(all.text).toBe(text);
    expect(all.shown).not.toContain('s3cret');
  });

  it('have no port of a process, which no file can know', () => {
    const env = { URL: Text.of('http://127.0.0.1:', portMark('api')) };
    const of = '<%- json(environment.application.env.URL) %>';
    expect(() => rendered('a.json', { template: 'file.ejs' }, of, env)).toThrow(
      'the port of a process is not known when a file is written',
    );
  });

  it.each([
    ['a template that is missing', { template: 'missing.ejs' }, 'there is no such file'],
    ['a NUL', { content: 'a\0' }, 'it holds a NUL character'],
    ['what no quotes hold', { env: { A: '\r' } }, 'A: no quotes of a .env file hold it'],
  ])('refuse %s', (_, file, message) => {
    expect(() => rendered('x', file)).toThrow(message);
  });

  it('stay locked when their secrets are', () => {
    const locked = lockedSecretStore(new Error('no password')).get('token');
    const [file] = releaseFiles(
      releaseSchema.parse({ files: { '.env': { env: { A: Text.of(locked) } } } }).files,
      { environment, host },
    );
    expect(file?.content.locked?.message).toBe('no password');
  });
});
