import { EnvironmentError } from '@fairness-deploy/environment-file';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { environmentSecretStore } from '@fairness-deploy/secrets';
import { afterEach, describe, expect, it } from 'vitest';
import { loadEnvironment } from './load-environment.js';

let workspace: TemporaryWorkspace;
afterEach(() => {
  workspace.dispose();
});

async function load(text: string, shared = 'vars: {}') {
  workspace = temporaryWorkspace({
    'environments/shop.yaml': shared,
    'environments/prod/environment.yaml': `extends: ../shop.yaml\nhosts: { web: }\n${text}`,
  });
  const { environment } = await loadEnvironment(
    { workspace: workspace.folder, name: 'prod' },
    { plugins: [], secrets: () => environmentSecretStore({ FAIRNESS_SECRET_TOKEN: 'p4ss' }) },
  );
  return environment;
}

const messageOf = (text: string): Promise<string> =>
  load(text).then(
    () => 'no error',
    (error: unknown) => {
      if (!(error instanceof EnvironmentError)) throw error;
      return error.message.replace(/^.*\n\n/, '').replaceAll(/\S*environment\.yaml:/g, '');
    },
  );

describe('what an environment says of itself', () => {
  it('is optional', async () => {
    const environment = await load('');
    expect(environment).not.toHaveProperty('description');
    expect(environment).not.toHaveProperty('url');
    expect(environment).not.toHaveProperty('resources');
  });

  it('has variables filled in; resources are merged with what the file extends', async () => {
    const shared = `description: The shop
resources: { VM: Hetzner, DNS: Gandi, Backups: S3 }`;
    const environment = await load(
      `vars: { domain: shop.example }
url: "https://\${vars.domain}/"
resources: { VM: "Scaleway, \${vars.domain}", Backups: }`,
      shared,
    );
    expect(environment).toMatchObject({
      description: 'The shop',
      url: 'https://shop.example/',
      resources: { VM: 'Scaleway, shop.example', DNS: 'Gandi' },
    });
    expect(Object.keys(environment.resources ?? {})).not.toContain('Backups');
  });

  it.each([
    ['url: shop.example/shop', 'url: expected a URL that begins with https:// or http://'],
    ['url: shop.example', '→ write https://shop.example'],
    ['url: "javascript:alert(1)"', 'expected a URL that begins with https:// or http://'],
    ['url: "https://a b"', 'expected a URL that begins with https:// or http://'],
    ['url: https://ana:p4ss@shop.example', 'a URL with a user or a password does not belong'],
    ['url: "https://x/${secrets.token}"', 'url: a secret cannot stand here'],
    ['description: "${secrets.token}"', 'description: a secret cannot stand here'],
    ['description: "  "', 'expected text of at most 1000 characters'],
    [String.raw`description: "a\e[31m"`, 'without control characters'],
    ['description: [a]', 'expected text of at most 1000 characters'],
    ['resources: [VM]', 'resources: expected a map of computing resources by name'],
    ['resources: { VM: 3 }', 'resources.VM: expected text of at most 1000 characters'],
    ['resources: { " VM": x }', 'expected the name of a resource'],
    [String.raw`resources: { "V\nM": x }`, 'expected the name of a resource'],
  ])('%s is refused', async (text, message) => {
    expect(await messageOf(text)).toContain(message);
    expect(await messageOf(text)).not.toContain('p4ss');
  });
});
