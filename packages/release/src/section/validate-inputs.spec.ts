import { loadEnvironment } from '@fairness-deploy/core';
import { EnvironmentError } from '@fairness-deploy/environment-file';
import { temporaryWorkspace } from '@fairness-deploy/environment-file/testing';
import { environmentSecretStore } from '@fairness-deploy/secrets';
import { describe, expect, it, onTestFinished } from 'vitest';
import { plugin } from '../release-plugin.js';

const FILE = 'environments/staging/environment.yaml';

const NAMES = ['CALENDAR_TOKEN', 'DB_PASSWORD', 'DB_HOST', 'MAIL'];
const secrets = () =>
  environmentSecretStore(Object.fromEntries(NAMES.map((name) => [`FAIRNESS_SECRET_${name}`, 'x'])));

/** What is said of an environment with these keys of its section `release`. */
async function messageOf(release: string): Promise<string> {
  const text = `hosts: { web: }
application:
  name: shop
  node: 20.20.2
  env:
    API_URL: https://api.example
    CALENDAR_TOKEN: \${secrets.calendar_token}
    DATABASE_URL: postgres://app:\${secrets.db_password}@\${secrets.db_host}/app
  processes: { api: { command: node x, port: 3000, env: { MAIL: '\${secrets.mail}' } } }
release: ${release}
`;
  const workspace = temporaryWorkspace({ [FILE]: text });
  onTestFinished(() => {
    workspace.dispose();
  });
  try {
    await loadEnvironment(
      { workspace: workspace.folder, name: 'staging' },
      { plugins: [plugin], secrets },
    );
    return 'no error';
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return error.message
      .replace(/^Cannot load the environment "staging": 1 problem\n\n/, '')
      .replaceAll(workspace.folder, 'W')
      .replaceAll(FILE, 'F')
      .replace(/^(F:\d+):\d+/, '$1');
  }
}

describe('a release says what is wrong with', () => {
  it.each([
    [
      'a folder within a shared one',
      '{ shared: [storage, storage/avatars] }',
      'F:10\n  release.shared[1]: it is within the shared folder "storage"\n  → keep one of the two',
    ],
    [
      'a folder around a shared one',
      '{ shared: [storage/avatars, storage] }',
      'F:10\n  release.shared[1]: the shared folder "storage/avatars" is within it\n  → keep one of the two',
    ],
    [
      'a folder that is shared twice',
      '{ shared: [a, a] }',
      'F:10\n  release.shared[1]: it is a shared folder already\n  → keep one of the two',
    ],
    [
      'a file in a shared folder',
      "{ shared: [a], files: { a/b: { content: '' } } }",
      'F:10\n  release.files["a/b"]: it is within the shared folder "a"\n  → keep one of the two',
    ],
    [
      'a file within a file',
      "{ files: { a: { content: '' }, a/b: { content: '' } } }",
      'F:10\n  release.files["a/b"]: it is within the file "a"\n  → keep one of the two',
    ],
    [
      'a template that is missing',
      '{ files: { a: { template: a.ejs } } }',
      'F:10\n  release.files.a.template: Cannot read W/environments/staging/a.ejs: there is no such file',
    ],
    [
      'a port in a file',
      "{ files: { a: { content: '${ports.api}' } } }",
      'F:10\n  release.files.a.content: a port differs between two releases that follow each other, so that only a process knows it: write it under env of the process that needs it',
    ],
    [
      'a secret that is nearly another one',
      '{ build: { secrets: [calender_token] } }',
      'F:10\n  release.build.secrets[0]: no variable of application.env holds the secret "calender_token"\n  → did you mean "calendar_token"?',
    ],
    [
      "a secret of a process's own variable",
      '{ install: { secrets: [mail] } }',
      'F:10\n  release.install.secrets[0]: no variable of application.env holds the secret "mail"\n  → give the command a variable of its own: variables: { NAME: ${secrets.mail} }',
    ],
    [
      'a secret that stands beside another one',
      '{ build: { secrets: [db_host] } }',
      'F:10\n  release.build.secrets[0]: each variable with the secret "db_host" holds another one, which is not listed\n  → add it: db_password',
    ],
  ])('%s', async (_, release, message) => {
    expect(await messageOf(release)).toBe(message);
  });

  it('nothing of what is right', async () => {
    const files = '{ client/.env: { env: { TOKEN: "${secrets.mail}" } } }';
    const build = '{ secrets: [db_password, db_host], variables: { A: "${secrets.mail}" } }';
    expect(await messageOf(`{ shared: [a, ab], files: ${files}, build: ${build} }`)).toBe(
      'no error',
    );
  });
});
