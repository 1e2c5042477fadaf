import { Secret, type SecretStore } from '@fairness-deploy/secrets';
import type { SandboxSection } from '../section.js';
import type { Sandbox } from './up.js';

/** To bring hosts up no secret is needed, so that nobody has to have them. */
const noSecrets: SecretStore = {
  names: [],
  secrets: [],
  has: () => true,
  get: (name) => new Secret(name, 'not-read'),
  hint: () => '',
};

/**
 * Reads what an environment's files say of its sandbox.
 * @throws EnvironmentError that lists what is wrong in them.
 */
export async function readSandbox(environment: string, workspace: string): Promise<Sandbox> {
  // Core brings a parser and an SSH client along: loaded when there is something to read.
  const { loadEnvironment } = await import('@fairness-deploy/core');
  const reference = { workspace, name: environment };
  const loaded = await loadEnvironment(reference, { secrets: () => noSecrets });
  // The loader has parsed it with our schema.
  const section = loaded.environment.sections['sandbox'] as SandboxSection | undefined;
  const memory = section?.memory;
  const hosts = loaded.environment.hosts.map(({ name }) => name);
  return { environment, workspace, hosts, ...(memory === undefined ? {} : { memory }) };
}
