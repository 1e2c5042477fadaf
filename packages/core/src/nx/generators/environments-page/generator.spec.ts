import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import type { Tree } from '@nx/devkit';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { saying } from '@fairness-deploy/shell/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import environmentsPage from './generator.js';

const PAGE = 'docs/environments.md';

/** A plugin that says where the environment is, and whose `validate` refuses everything. */
const PLUGIN = `exports.plugin = {
  section: 'region',
  schema: { safeParse: (data) => ({ success: true, data }) },
  validate: () => [{ path: [], message: 'a file of another machine is missing' }],
  facts: ({ name }, { hosts }) => ({ Region: name + ' | ' + hosts.length }),
};`;

describe('the generator environments-page', () => {
  let tree: Tree;
  let disk: TemporaryWorkspace;
  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
    disk = temporaryWorkspace({
      'nx.json': '{ "plugins": ["region/plugin"] }',
      'node_modules/region/package.json':
        '{ "name": "region", "fairness-deploy": { "section": "region", "deployment": "main.js" } }',
      'node_modules/region/main.js': PLUGIN,
      'environments/shop.yaml': 'hosts: { web: }\nresources: { VM: Hetzner }\n',
      'environments/staging/environment.yaml': 'extends: ../shop.yaml\nresources: { DNS: Gandi }\n',
      'environments/prod/environment.yaml': `extends: ../shop.yaml
description: For customers
url: https://shop.example
region: { name: eu }
secrets: { names: { token: Of the CA } }
application:
  name: shop
  node: 20.20.2
  env: { TOKEN: "\${secrets.token}" }
  processes: { web: { command: node main.js, port: 3000, route: / } }
`,
    });
    tree.root = disk.folder;
  });
  afterEach(() => {
    disk.dispose();
  });
  const page = (): string => tree.read(PAGE, 'utf8') ?? '';

  it('writes both tables, without a secret and without files of other machines', async () => {
    expect(await environmentsPage(tree)).toEqual({
      outOfSyncMessage: `${PAGE} differs from what the files of the environments say.`,
    });
    expect(page()).toContain(String.raw`| Name | Description | URL | Region |
| --- | --- | --- | --- |
| [prod](../environments/prod/environment.yaml) | For customers | <https://shop.example> | eu \| 1 |
| [staging](../environments/staging/environment.yaml) |  |  |  |
`);
    expect(page()).toContain(`| Resource | Environment | Location |
| --- | --- | --- |
| VM | prod | Hetzner |
| VM | staging | Hetzner |
| DNS | staging | Gandi |
`);
  });

  it('changes nothing when the page is true, and keeps the text around the tables', async () => {
    await environmentsPage(tree);
    disk.write(PAGE, page().replace('# Environments\n', '# Ours\n\nOur words.\n'));
    const again = createTreeWithEmptyWorkspace({ formatter: 'none' });
    again.root = disk.folder;
    await environmentsPage(again);
    expect(again.listChanges().filter(({ path }) => path === PAGE)).toEqual([]);
    disk.write('environments/staging/environment.yaml', 'extends: ../shop.yaml\n');
    await environmentsPage(again);
    expect(again.read(PAGE, 'utf8')).toContain('# Ours\n\nOur words.\n');
    expect(again.read(PAGE, 'utf8')).not.toContain('Gandi');
  });

  it('returns nothing that Nx would call, when it is run by its name', async () => {
    expect(await environmentsPage(tree, {})).toBeUndefined();
  });

  it('names each file that can not be loaded, and writes nothing', async () => {
    disk.write('environments/staging/environment.yaml', 'extends: ../shop.yaml\nurl: shop\n');
    disk.write('environments/broken/environment.yaml', 'hosts: [\n');
    const refused = environmentsPage(tree);
    await expect(refused).rejects.toThrow(
      saying(`Cannot update ${PAGE}: 2 of 3 environments can't be loaded`),
    );
    await expect(refused).rejects.toThrow(saying('environments/staging/environment.yaml:2:6'));
    await expect(refused).rejects.toThrow(saying('environments/broken/environment.yaml:'));
    expect(tree.exists(PAGE)).toBe(false);
  });
});
