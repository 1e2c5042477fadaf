import type { Application, Environment, Process } from '@fairness-deploy/core';
import { Secret, Text } from '@fairness-deploy/secrets';

/** A process for tests, with what needs quoting among its arguments. */
export function process(name: string, port: number, env: Process['env'] = {}): Process {
  return {
    name,
    port,
    alternatePort: port + 100,
    command: ['node', 'main.sh', `it's ${name}; #1 $HOME %(here)s`],
    health: { path: '/', status: 200, interval: 1, deadline: 2, settle: 0 },
    env,
  };
}

/** An application for tests; one of its processes has a secret of its own. */
export const application: Application = {
  name: 'shop',
  user: 'shop',
  home: '/srv/shop',
  node: { version: '20.20.2', mirror: 'https://nodejs.org/dist' },
  env: {},
  processes: [
    process('api', 3000, { TOKEN: Text.of(new Secret('token', "s3cr3t 'quoted' $HOME")) }),
    process('client', 3001),
  ],
};

export const host = { name: 'web', address: 'web', sudo: false };

/** An environment without an application; its folder is this one. */
export const bare: Environment = {
  name: 'test',
  workspace: __dirname,
  folder: __dirname,
  hosts: [host],
  sections: {},
};

export const environment: Environment = { ...bare, application };
