import { type OpenHost, type Run } from '@fairness-deploy/core/commands';
import { readHost, requireOutput, requireSupported } from '@fairness-deploy/core/engine';
import { releasesReader, type HostReleases } from '../plan/releases-reader.js';

/**
 * Reads a host's releases and nothing else, in one round trip.
 *
 * @param act what is done then, up to the host, such as `roll back`; undefined: nothing there is changed.
 * @throws UnsupportedSystemError when something would be changed, and the host's system is not supported.
 */
export async function readReleases(
  { environment }: Run,
  { host, connection }: OpenHost,
  act?: string,
): Promise<HostReleases> {
  const { script, parse } = releasesReader(environment);
  const { outputs, system } = await readHost(connection, { reads: [script] });
  if (act !== undefined) requireSupported(act, host.name, system);
  return parse(requireOutput(outputs[0], `the releases of ${connection.target.name}`));
}
