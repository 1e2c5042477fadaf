import { z, type Environment } from '@fairness-deploy/core';
import type { Section } from './section.js';

/** What is read of the section `release`. */
const releaseSchema = z.object({
  shared: z.array(z.string()),
  directory: z.string().exactOptional(),
});

/** A folder that outlives releases, and what the old checkout has of it. */
export interface SharedFolder {
  /** As the section `release` names it. */
  readonly path: string;
  /** In the old checkout, absolute. */
  readonly old: string;
  /** The old checkout. */
  readonly checkout: string;
}

/** The folders of `release.shared`: by their old places. */
export function sharedFolders(
  environment: Environment,
  { checkout }: Pick<Section, 'checkout'>,
): readonly SharedFolder[] {
  const { shared, directory } = releaseSchema.parse(environment.sections['release']);
  return shared.map((path) => ({
    ...{ path, checkout },
    old: [checkout, directory ?? [], path].flat().join('/'),
  }));
}

/** Where the old application has its uploads, if there are any. */
export function uploadsIn(checkout: string): string {
  return `${checkout}/server/uploads`;
}
