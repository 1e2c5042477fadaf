import { isOn, type Environment, type Host } from '@fairness-deploy/core';
import type { Section } from '../section/section.js';

/** The hosts that the section is for. */
export function databaseHosts(environment: Environment): readonly Host[] {
  return environment.hosts.filter((host) => isOn(environment.on?.['postgres'], host));
}

/**
 * The host that runs the server, with the mode local; undefined otherwise.
 *
 * @throws never: validateServer() refuses an environment in which it is not decided.
 */
export function serverHost(section: Section, environment: Environment): Host | undefined {
  if (section.mode !== 'local') return undefined;
  const hosts = databaseHosts(environment);
  const name = section.server?.runsOn;
  return name === undefined ? hosts[0] : hosts.find((host) => host.name === name);
}
