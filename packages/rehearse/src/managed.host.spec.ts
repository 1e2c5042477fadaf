import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { listHosts } from '@fairness-deploy/sandbox';
import { prepareContainers } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveRepository, type GitServer } from './testing/git-server.js';
import { NODE, shopIn } from './testing/shop.js';

const TIMEOUT_MILLISECONDS = 600_000;

let workspace: CommandWorkspace;
let server: GitServer;
beforeAll(async () => {
  await prepareContainers(console.log);
  workspace = new CommandWorkspace();
  server = await serveRepository(shopIn(join(workspace.folder, 'shop')));
  workspace.write('environments/prod/environment.yaml', JSON.stringify(environment()));
});
afterAll(async () => {
  await workspace.run('rehearse', 'prod', '--remove');
  await server.stop();
  workspace.dispose();
});

/** The host fetches the repository, and a provider has the database: as this repository's own prod. */
function environment() {
  return {
    hosts: { web: { address: '203.0.113.10', user: 'root' } },
    application: {
      ...{ name: 'shop', node: NODE },
      env: { GREETING: 'hello', DATABASE_URL: '${postgres.url}' },
      processes: {
        web: {
          ...{ command: 'node server.js', port: 3000, route: '/' },
          health: { path: '/', settle: 0.5 },
        },
      },
    },
    release: {
      ...{ repository: server.url, revision: 'main', install: false, build: false },
      migrate: 'psql "$DATABASE_URL" -qv ON_ERROR_STOP=1 -f schema.sql',
    },
    ...{ supervisor: {}, postgres: { mode: 'managed' } },
  };
}

it.each(['nspawn', 'container'])(
  'rehearse tries an environment whose repository the hosts of %s do not reach',
  async (driver) => {
    const { status, output } = await workspace.run('rehearse', 'prod', `--driver=${driver}`);
    expect([status, output]).toEqual([0, expect.stringContaining('is live as')]);
    expect(output).toContain(`the hosts' own way to ${server.url}`);
    expect((await listHosts()).filter((host) => host.workspace === workspace.folder)).toEqual([]);
  },
  TIMEOUT_MILLISECONDS,
);
