import { defineResource } from '@fairness-deploy/core/resources';
import { sh } from '@fairness-deploy/shell';
import type { Layout } from '../application/layout.js';

interface AccessState {
  /** How many releases other users can look into. */
  readonly openToOthers: number;
}

/**
 * The releases, which nobody but the application and its group may look into: they have its
 * sources. New ones are made so; older versions made them for everybody to read.
 */
export const releaseAccess = defineResource<Pick<Layout, 'releases'>, AccessState>({
  type: 'release-access',
  name: ({ releases }) => releases,
  read: ({ releases }) => sh`
    [ -d ${releases} ] || { echo 0; exit 0; }
    find ${releases} -mindepth 1 -maxdepth 1 -type d -perm /007 -printf x | wc -c`,
  parse: (output) => ({ openToOthers: Number(output.trim()) }),
  desired: () => ({ openToOthers: 0 }),
  // Entries of a folder of root: nobody else can put links in their place.
  write: ({ releases }) =>
    sh`find ${releases} -mindepth 1 -maxdepth 1 -type d -perm /007 -exec chmod o-rwx -- {} +`,
});
