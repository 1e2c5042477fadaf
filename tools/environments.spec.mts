import { openSecretStore, placeOf } from '@fairness-deploy/secrets';
import { describe, expect, it } from 'vitest';
import { loadEnvironment } from '../packages/core/src/environment/load-environment.js';
import { ownPlugins } from './reference/sections.js';

const plugins = (await ownPlugins()).map(({ plugin }) => plugin);

/** The password of the examples, as docs/environments.md says it. */
const PASSWORD = 'example';

async function load(name: string) {
  const workspace = process.cwd();
  const { environment } = await loadEnvironment(
    { workspace, name },
    {
      plugins,
      secrets: (section) =>
        openSecretStore(placeOf(workspace, name), section, {
          env: { FAIRNESS_VAULT_PASSWORD: PASSWORD },
          warn: () => undefined,
        }),
    },
  );
  return environment;
}

const PROCESSES = [
  { name: 'client', port: 3001, route: '/' },
  { name: 'api', port: 3000, route: '/api' },
];

describe("Permacoop's environments load as a whole, with the documented password", () => {
  it('prod', async () => {
    const { application, ...prod } = await load('prod');
    expect(prod).toMatchObject({
      url: 'https://permacoop.fairness.coop',
      resources: { VM: 'Scaleway', PostgreSQL: 'Scaleway, managed' },
      hosts: [{ name: 'web', address: 'permacoop.fairness.coop', user: 'root' }],
      sections: {
        release: {
          revision: 'master',
          install: { command: 'make install' },
          // Its own key beside the shared ones.
          files: { 'server/ormconfig.json': { json: { ssl: true, type: 'postgres' } } },
        },
        certbot: { email: 'equipe@fairness.coop', challenge: 'http' },
        postgres: { mode: 'managed' },
      },
    });
    expect(application?.processes).toMatchObject(PROCESSES);
  });

  it('vagrant', async () => {
    const { application, ...vagrant } = await load('vagrant');
    expect(vagrant).toMatchObject({
      url: 'http://localhost:3080',
      hosts: [{ name: 'web' }],
      sections: { release: { revision: 'master' }, postgres: { mode: 'tunnel' } },
    });
    expect(vagrant.sections).not.toHaveProperty('certbot');
    expect(application?.processes).toMatchObject(PROCESSES);
  });
});
