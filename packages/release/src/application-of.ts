import type { Application, Environment } from '@fairness-deploy/core';

/** @throws TypeError when the environment has no application: the plugin's check refuses that before. */
export function applicationOf({ application, name }: Environment): Application {
  if (!application)
    throw new TypeError(`Cannot release anything in ${name}: it has no application`);
  return application;
}
