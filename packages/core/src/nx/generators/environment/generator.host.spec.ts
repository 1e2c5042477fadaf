import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { nxEnvironment } from '@fairness-deploy/shell/testing';
import { CommandWorkspace } from '../../../testing/command-workspace.js';

const PASSWORD = 'open sesame';

/** `nx g environment` as a person types it, and then the first commands, on a real host. */
describe('nx g environment', () => {
  let host: TestHost;
  let workspace: CommandWorkspace;
  beforeAll(async () => {
    host = await startTestHost('generated');
    workspace = new CommandWorkspace({ FAIRNESS_VAULT_PASSWORD: PASSWORD });
    workspace.write('shop/package.json', '{ "scripts": { "start": "node main.js" } }');
    workspace.write('shop/.nvmrc', '20.20.2\n');
    workspace.write('shop/Procfile', 'web: node main.js\nrelease: node migrate.js\n');
    workspace.write('docs/environments.md', '# Ours\n');
  });
  afterAll(async () => {
    await host.stop();
    workspace.dispose();
  });

  /** Nx has no terminal here. */
  const nx = (...words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(
      join(workspace.folder, 'node_modules/.bin/nx'),
      ['g', ...words],
      {
        cwd: workspace.folder,
        env: nxEnvironment({ FAIRNESS_VAULT_PASSWORD: PASSWORD }),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    return `${String(status)}\n${stdout}${stderr}`;
  };
  const generate = (...words: readonly string[]) =>
    nx('@fairness-deploy/core:environment', ...words);
  const text = (path: string): string => readFileSync(join(workspace.folder, path), 'utf8');

  /** What the new host's file does not say: the port and the key of a host for tests. */
  const reach = (environment: string): void => {
    const { port, user, identityFile, knownHostsFile } = host.host;
    const file = `environments/${environment}/environment.yaml`;
    const more = `\n    user: ${user}\n    port: ${String(port)}\n    identityFile: ${identityFile}`;
    workspace.write(
      file,
      text(file).replace(/\n {4}address: .*/, (line) => line + more),
    );
    workspace.write(
      `environments/${environment}/known_hosts`,
      readFileSync(knownHostsFile, 'utf8'),
    );
  };

  it('shows in a dry run what it would write', () => {
    const said = generate('prod', '--application', 'shop', '--dry-run');
    expect(said).toMatch(/^0\n/);
    expect(said).toContain('CREATE environments/shop.yaml');
    expect(said).toContain('process web: node main.js (Procfile:1)');
    expect(existsSync(join(workspace.folder, 'environments'))).toBe(false);
  });

  it('makes an application of what its repository says, and it plans at once', async () => {
    const { address } = host.host;
    expect(
      generate('prod', '--application=shop', `--host=${address}`, '--resource=VM=Hetzner, fsn1'),
    ).toMatch(/^0\n/);
    workspace.write(
      'environments/shop.yaml',
      `${text('environments/shop.yaml')}\npostgres: { mode: local }\nsecrets: { names: { token: Of the CA } }\n`,
    );
    const completed = generate('prod');
    expect(completed).toContain('CREATE environments/prod/secrets.yaml');
    expect(completed).toContain('a new random value');
    reach('prod');
    const plan = await workspace.runAsText('plan', 'prod');
    expect(plan).toMatch(/^0\n/);
    expect(plan).toContain('token');
    expect(plan).toContain('/etc/nginx');
    expect(text('docs/environments.md')).toContain('| VM | prod | Hetzner, fsn1 |');
  }, 120_000);

  it('copies it, which validates, has its own secrets and plans too', async () => {
    const { address } = host.host;
    const said = generate('staging', '--from=prod', `--host=${address}`);
    expect(said).toMatch(/^0\n/);
    workspace.write(
      'environments/staging/known_hosts',
      readFileSync(host.host.knownHostsFile, 'utf8'),
    );
    const shown = async (name: string): Promise<string> =>
      (await workspace.run('secrets-show', name, '--reveal', '--json')).output;
    expect(await shown('staging')).not.toBe(await shown('prod'));
    const check = await workspace.runAsText('secrets-check', 'staging');
    expect(check).toContain('token is a placeholder');
    expect(await workspace.runAsText('plan', 'staging')).toMatch(/^0\n/);
    const before = text('environments/staging/secrets.yaml');
    expect(generate('staging', '--from=prod')).toContain('is left as it is');
    expect(text('environments/staging/secrets.yaml')).toBe(before);
  }, 120_000);

  it('is undone by nx g decommission, once its hosts have nothing of it', () => {
    const decommission = (...words: readonly string[]) =>
      nx('@fairness-deploy/core:decommission', 'staging', ...words);
    expect(decommission()).toContain('npx nx run staging:decommission');
    expect(existsSync(join(workspace.folder, 'environments/staging'))).toBe(true);
    const said = decommission('--removed-from-hosts');
    expect(said).toMatch(/^0\n/);
    expect(said).toContain('VM: Hetzner, fsn1');
    expect(existsSync(join(workspace.folder, 'environments/staging'))).toBe(false);
    expect(text('docs/environments.md')).not.toContain('staging');
    expect(text('docs/environments.md')).toContain('prod');
  }, 60_000);

  it('describes itself', () => {
    const help = nx('@fairness-deploy/core:environment', '--help');
    expect(help).toContain('encrypted secrets');
    expect(help).not.toContain('undefined');
  });
});
