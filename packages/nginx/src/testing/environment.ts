import type { Environment, Process } from '@fairness-deploy/core';
import {
  exampleApplication,
  exampleEnvironment,
  exampleProcess,
} from '@fairness-deploy/core/testing';

/** A process for tests. */
export function process(name: string, port: number, route?: string): Process {
  return exampleProcess({ name, port, ...(route !== undefined && { route }) });
}

/** An application for tests: an API and a client in front of it. */
export const application = exampleApplication({
  processes: [process('client', 3001, '/'), process('api', 3000, '/api'), process('worker', 3002)],
});

export { exampleHost as host } from '@fairness-deploy/core/testing';

/** An environment without an application; its folder is this one. */
export const bare: Environment = exampleEnvironment({ folder: __dirname });

export const environment: Environment = { ...bare, application };
