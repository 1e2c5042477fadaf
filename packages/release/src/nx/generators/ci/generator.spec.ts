import { cpSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { logger, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import type generator from './generator.js';

/** The built one, as plugins are loaded from there: their classes are other ones than those of sources. */
const { default: ci } = createRequire(__filename)(
  join(process.cwd(), 'packages/release/dist/nx/generators/ci/generator.js'),
) as { readonly default: typeof generator };

const APPLICATION = `hosts: { web: 203.0.113.10 }
application: { name: shop, processes: { web: { command: node x.js, port: 3000, route: / } } }
`;
const GITHUB = '.github/workflows/deploy-staging.yml';

describe('the generator ci', () => {
  let tree: Tree;
  let disk: TemporaryWorkspace;
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    vi.spyOn(logger, 'info').mockImplementation((text: unknown) => void said.push(String(text)));
    disk = temporaryWorkspace();
    cpSync(join(process.cwd(), 'nx.json'), join(disk.folder, 'nx.json'));
    symlinkSync(join(process.cwd(), 'node_modules'), join(disk.folder, 'node_modules'));
    tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
    tree.root = disk.folder;
  });
  afterEach(() => {
    vi.restoreAllMocks();
    disk.dispose();
  });
  const describeStaging = (more: string): unknown =>
    disk.write('environments/staging/environment.yaml', `${APPLICATION}${more}`);
  const text = (file: string): string => tree.read(file, 'utf8') ?? '';

  it('deploys the branch of the environment, at the commit that was tested', async () => {
    describeStaging('release: { revision: next }\nurl: https://staging.shop.example\n');
    await ci(tree, { name: 'staging' });
    expect(text(GITHUB)).toContain('branches: [next]');
    expect(text(GITHUB)).toContain('deploy staging --revision "$GITHUB_SHA"');
    expect(text(GITHUB)).toContain("url: 'https://staging.shop.example'");
    expect(said.join('\n')).toContain('npx nx run staging:ping pins the keys of the hosts');
  });

  it('deploys another repository as its environment says, when that announces a commit', async () => {
    describeStaging('release: { revision: master, repository: https://git.example/shop.git }\n');
    await ci(tree, { name: 'staging' });
    expect(text(GITHUB)).toContain('branches: [main]');
    expect(text(GITHUB)).toContain('types: [deploy-staging]');
    expect(text(GITHUB)).toMatch(/deploy staging --wait$/m);
    expect(said.join('\n')).toContain('The application is in another repository');
  });

  it('knows the URL of its own repository', async () => {
    describeStaging('release: { revision: next, repository: https://git.example/shop.git }\n');
    disk.write('.git/config', '[remote "origin"]\n\turl = https://git.example/shop.git\n');
    await ci(tree, { name: 'staging' });
    expect(text(GITHUB)).toContain('branches: [next]');
    expect(text(GITHUB)).not.toContain('repository_dispatch');
  });

  it.each([
    [
      '$ANSIBLE_VAULT;1.1;AES256\n00\n',
      'FAIRNESS_VAULT_PASSWORD: ${{ secrets.STAGING_VAULT_PASSWORD }}',
    ],
    ['a: !vault |\n  x\n', 'FAIRNESS_VAULT_PASSWORD: ${{ secrets.STAGING_VAULT_PASSWORD }}'],
  ])('gives the key of the secrets %j', async (secrets, line) => {
    describeStaging('release: {}\n');
    disk.write('environments/staging/secrets.yaml', secrets);
    await ci(tree, { name: 'staging' });
    expect(text(GITHUB)).toContain(line);
  });

  it('writes for GitLab where its file is, and leaves that as it is', async () => {
    describeStaging('release: {}\n');
    disk.write('.gitlab-ci.yml', 'test: { script: make test }\n');
    await ci(tree, { name: 'staging' });
    expect(tree.exists('.gitlab/deploy-staging.yml')).toBe(true);
    expect(text('.gitlab-ci.yml')).toBe('test: { script: make test }\n');
    expect(said.join('\n')).toContain(
      'Add to it:\ninclude:\n  - local: .gitlab/deploy-staging.yml',
    );
  });

  it('leaves a file that somebody has changed, and says so', async () => {
    describeStaging('release: {}\n');
    await ci(tree, { name: 'staging' });
    const before = text(GITHUB);
    await ci(tree, { name: 'staging' });
    expect(text(GITHUB)).toBe(before);
    tree.write(GITHUB, 'ours\n');
    await ci(tree, { name: 'staging', provision: true });
    expect(text(GITHUB)).toBe('ours\n');
    expect(said.join('\n')).toContain(`${GITHUB} was there already and is left as it is.`);
  });

  it.each([
    ['', {}, 'it has no section "release"'],
    ['release: {}\n', { branch: '$(id)' }, '"$(id)" is no branch'],
    [`release: { revision: ${'a'.repeat(40)} }\n`, {}, 'is no branch'],
    ['release: 1\n', {}, 'environments/staging/environment.yaml:3'],
  ])('refuses %j with %j', async (more, options, message) => {
    describeStaging(more);
    await expect(ci(tree, { name: 'staging', ...options })).rejects.toThrow(message);
    expect(tree.exists(GITHUB)).toBe(false);
  });
});
