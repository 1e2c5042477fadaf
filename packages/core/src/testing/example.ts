import type { PluginContext } from '../plugin/plugin.js';
import type { Application, Environment, Host, Process } from '../inventory/environment.js';

/** A process for tests, with usual values by default. */
export function exampleProcess(of: Pick<Process, 'name'> & Partial<Process>): Process {
  return {
    ...(of.port !== undefined && { alternatePort: of.port + 100 }),
    command: ['node', 'main.js'],
    health: { path: '/', status: 200, interval: 1, deadline: 30, settle: 0 },
    env: {},
    instances: 1,
    stopSignal: 'TERM',
    stopSeconds: 20,
    logs: { streams: 'together', size: '10MB', files: 5 },
    nice: 0,
    ...of,
  };
}

/** An application for tests, which bears its name everywhere; `shop` unless told. */
export function exampleApplication(
  of: Pick<Application, 'processes'> & Partial<Application>,
): Application {
  const { name = 'shop' } = of;
  return {
    name,
    user: name,
    home: `/srv/${name}`,
    node: { version: '20.20.2', mirror: 'https://nodejs.org/dist' },
    env: {},
    static: [],
    ...of,
  };
}

/** A host for tests. */
export const exampleHost = { name: 'web', address: 'web', sudo: false } satisfies Host;

/** The environment `test`, for tests: one host, {@link exampleHost}, and no application unless told. */
export function exampleEnvironment(of: Partial<Environment> = {}): Environment {
  return {
    name: 'test',
    workspace: '/workspace',
    folder: '/workspace/environments/test',
    hosts: [exampleHost],
    sections: {},
    ...of,
  };
}

/**
 * The context of a plugin's functions, for tests: on {@link exampleHost}, with no other plugin and
 * no secret.
 */
export function exampleContext<Section>(
  section: Section,
  environment: Environment = exampleEnvironment(),
): PluginContext<Section> {
  return {
    ...{ environment, host: exampleHost, section, plugins: [] },
    secret: (name) => {
      throw new RangeError(`Cannot use the secret "${name}": there is none in a test`);
    },
  };
}
