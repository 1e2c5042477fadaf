import { isOn, type Environment, type Host } from '@fairness-deploy/core';

/** The hosts that the section is for. */
export function databaseHosts(environment: Environment): readonly Host[] {
  return environment.hosts.filter((host) => isOn(environment.on?.['postgres'], host));
}
