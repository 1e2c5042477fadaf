import { type OpenHost, type Run } from '@fairness-deploy/core/commands';
import { readHost, requireOutput } from '@fairness-deploy/core/engine';
import { releasesReader, type HostReleases } from '../plan/releases-reader.js';

/** Reads a host's releases and nothing else, in one round trip. */
export async function readReleases(
  { environment }: Run,
  { connection }: OpenHost,
): Promise<HostReleases> {
  const { script, parse } = releasesReader(environment);
  const { outputs } = await readHost(connection, { reads: [script] });
  return parse(requireOutput(outputs[0], `the releases of ${connection.target.name}`));
}
