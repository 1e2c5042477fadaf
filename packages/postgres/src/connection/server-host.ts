import type { Environment, Host } from '@fairness-deploy/core';
import { databaseHosts } from './database-hosts.js';
import type { Section } from '../section/section.js';

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

/**
 * The host for what is done once in an environment, such as a backup: the one that runs the server, else
 * the first one of the section. Undefined: the section is for no host.
 */
export function mainHost(section: Section, environment: Environment): Host | undefined {
  return serverHost(section, environment) ?? databaseHosts(environment)[0];
}
