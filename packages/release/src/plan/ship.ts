import type { Environment } from '@fairness-deploy/core';
import type { HostObjects } from '../artifact/host-objects.js';
import { packArtifact } from '../artifact/pack-artifact.js';
import type { Source } from './find-source.js';
import { bundle } from '../git/bundle.js';
import { openRepository, repositoryFolder, type Repository } from '../git/repository.js';
import type { ReleaseSection } from '../section/section.js';
import type { Transfer } from '../scripts/release-spec.js';

/** The transfer to a host, and what the host has already. */
export interface Shipment {
  readonly source: Source;
  /** The commit's name there. */
  readonly ref: string;
  /** Commits that the host's repository has whole. */
  readonly commits: readonly string[];
  /** The host's objects of earlier artifacts. */
  readonly objects: HostObjects | undefined;
}

/** How the content gets to the host, and the data that is sent. */
export interface Shipped {
  readonly transfer: Transfer;
  readonly input?: Uint8Array;
}

/** Decides how the content gets to a host, and packs the data. */
export async function ship(
  environment: Environment,
  { origin }: Pick<ReleaseSection, 'origin'>,
  { source, ref, commits, objects }: Shipment,
): Promise<Shipped> {
  const { commit, artifact, fetched } = source;
  if (commits.includes(artifact?.commit ?? commit)) return { transfer: { from: 'host' } };
  if (artifact) {
    const input = await packArtifact(artifact, { ref, commits, objects });
    return { transfer: { from: 'input' }, input };
  }
  const send = async (repository: Repository): Promise<Shipped> => {
    const input = await bundle(repository, { commit, ref, has: commits });
    return input ? { transfer: { from: 'input' }, input } : { transfer: { from: 'host' } };
  };
  if (fetched) return send(fetched);
  switch (origin.via) {
    case 'fetch':
      return { transfer: { from: 'url', url: origin.url } };
    case 'bundle':
      return send(await openRepository(repositoryFolder(environment, origin.path)));
    case 'artifact':
      throw new TypeError('Cannot send an artifact: it was not built');
  }
}
