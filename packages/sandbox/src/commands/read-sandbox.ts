import { Secret } from '@fairness-deploy/shell/secret';
import { type SecretStore } from '@fairness-deploy/secrets';
import { HintedError } from '@fairness-deploy/shell/text';
import type { SandboxSection } from '../section.js';

/** To bring hosts up no secret is needed, so that nobody has to have them. */
const noSecrets: SecretStore = {
  names: [],
  secrets: [],
  has: () => true,
  get: (name) => new Secret(name, 'not-read'),
  hint: () => '',
};

/** The sandbox of an environment, as its files describe it. */
export interface Sandbox {
  readonly workspace: string;
  readonly environment: string;
  /** The names of its hosts. */
  readonly hosts: readonly string[];
  /** Bytes that each host may use. */
  readonly memory?: number;
  /** Whether there is something to deploy to it. */
  readonly deploys: boolean;
  /** Where a host with that address shows what was deployed. */
  readonly urls: (host: string, address: string) => readonly string[];
}

/**
 * Reads what an environment's files say of its sandbox.
 * @throws EnvironmentError that lists what is wrong in them, or says that there are none.
 * @throws HintedError when the environment's hosts aren't those of a sandbox.
 */
export async function readSandbox(name: string, workspace: string): Promise<Sandbox> {
  // Core brings a parser and an SSH client along: loaded when there is something to read.
  const [{ loadEnvironment }, { urlsOf }] = await Promise.all([
    import('@fairness-deploy/core'),
    import('@fairness-deploy/core/commands'),
  ]);
  const reference = { workspace, name };
  const loaded = await loadEnvironment(reference, { secrets: () => noSecrets });
  const { environment } = loaded;
  // The loader has parsed it with our schema.
  const section = environment.sections['sandbox'] as SandboxSection | undefined;
  if (section === undefined) {
    throw new HintedError(
      `Cannot find the sandbox of '${name}': environments/${name}/environment.yaml has no section 'sandbox'; its hosts are machines of their own`,
      { hint: `For hosts on this machine, add a line to it: sandbox:` },
    );
  }
  return {
    workspace: environment.workspace,
    environment: name,
    hosts: environment.hosts.map((host) => host.name),
    ...(section.memory === undefined ? {} : { memory: section.memory }),
    deploys: environment.application !== undefined,
    urls: (hostName, address) =>
      environment.hosts
        .filter((host) => host.name === hostName)
        .flatMap((host) => urlsOf(loaded, host, address)),
  };
}
