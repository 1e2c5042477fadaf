import type { Repository } from '../git/repository.js';

/** The build of a commit, as a commit of its own without parents. */
export interface Artifact {
  readonly commit: string;
  /** The client's own repository that has it. */
  readonly repository: Repository;
  /** Commits of earlier artifacts that the repository has whole. */
  readonly known: readonly string[];
}
