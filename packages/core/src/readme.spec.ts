import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentSecretStore } from '@fairness-deploy/secrets';
import { afterEach, expect, it } from 'vitest';
import { loadEnvironment } from './environment/load-environment.js';
import { plugin } from './server/server-plugin.js';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';

let workspace: TemporaryWorkspace;
afterEach(() => {
  workspace.dispose();
});

it("the README's example is an environment", async () => {
  const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);
  const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n';
  workspace = temporaryWorkspace({
    'environments/shop.yaml': '{}',
    'environments/prod/environment.yaml': blocks.join(''),
    'environments/prod/keys/pgdg.asc': key,
    'environments/prod/backup.conf.ejs': '<%= environment.name %> <%= host.name %>\n',
  });
  const secrets = environmentSecretStore({
    FAIRNESS_SECRET_SUDO: 'sudo',
    FAIRNESS_SECRET_DATABASE_URL: 'postgres://',
  });
  const reference = { workspace: workspace.folder, name: 'prod' };
  const loaded = await loadEnvironment(reference, { plugins: [plugin], secrets: () => secrets });
  expect(Object.keys(loaded.environment.sections)).toEqual(['server']);
  expect(loaded.environment.application?.processes).toHaveLength(2);
});
