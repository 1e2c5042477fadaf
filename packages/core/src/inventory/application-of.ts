import type { Application, Environment } from './environment.js';
import type { Issue } from '@fairness-deploy/environment-file';

/**
 * The error of a section that needs an application in an environment that has none, for its
 * plugin's `validate`.
 *
 * @param use the purpose: `there is no application ${use}`, such as `to release`
 */
export function requireApplication({ application }: Environment, use: string): readonly Issue[] {
  if (application) return [];
  return [
    {
      path: [],
      message: `there is no application ${use}`,
      hint: 'describe it in the section "application", or remove this section',
    },
  ];
}

/**
 * The application of an environment whose section has required one.
 *
 * @throws TypeError when there is none: see {@link requireApplication}.
 */
export function applicationOf({ application, name }: Environment): Application {
  if (application) return application;
  throw new TypeError(
    `Cannot find the application of ${name}: it has none, and the plugin's validate did not refuse that`,
  );
}
