import { readDeployed } from '../engine/deployment.js';
import type { OpenHost } from './on-hosts.js';
import { contextOf, type Run } from './run.js';
import type { DeployingPlugin } from './run-release.js';

/** Reads a host's releases and nothing else, in one round trip, for the deployer to understand. */
export async function readReleases(
  run: Run,
  { host, connection }: OpenHost,
  { plugin, deployer }: DeployingPlugin,
): Promise<string> {
  const read = deployer.read(contextOf(run, plugin, host));
  const { output } = await readDeployed(connection, [], read, []);
  return output;
}
