import type { OpenHost, Run } from '@fairness-deploy/core/commands';
import { readHost } from '@fairness-deploy/core/engine';
import { releasesReader, type HostReleases } from '../plan/releases-reader.js';

/** Reads a host's releases and nothing else, in one round trip. */
export async function readReleases(
  { environment }: Run,
  { connection }: OpenHost,
): Promise<HostReleases> {
  const { script, parse } = releasesReader(environment);
  const { state } = await readHost(connection, { state: script });
  return parse(state('the releases'));
}
