import type { Environment, Process } from '@fairness-deploy/core';
import {
  exampleApplication,
  exampleEnvironment,
  exampleProcess,
} from '@fairness-deploy/core/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';

/** A process for tests, with what needs quoting among its arguments. */
export function process(name: string, port: number, env: Process['env'] = {}): Process {
  return exampleProcess({
    name,
    port,
    command: ['node', 'main.sh', `it's ${name}; #1 $HOME %(here)s`],
    health: { path: '/', status: 200, interval: 1, deadline: 2, settle: 0 },
    env,
  });
}

/** An application for tests; one of its processes has a secret of its own. */
export const application = exampleApplication({
  processes: [
    process('api', 3000, { TOKEN: Text.of(new Secret('token', "s3cr3t 'quoted' $HOME")) }),
    process('client', 3001),
  ],
});

export { exampleHost as host } from '@fairness-deploy/core/testing';

/** An environment without an application; its folder is this one. */
export const bare: Environment = exampleEnvironment({ folder: __dirname });

export const environment: Environment = { ...bare, application };
