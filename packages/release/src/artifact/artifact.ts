import type { Repository } from '../git/repository.js';

/** What was built of a commit, as a commit of its own, which has no parents. */
export interface Artifact {
  readonly commit: string;
  /** The client's own repository that has it. */
  readonly repository: Repository;
  /** Commits of former artifacts that the repository has whole. */
  readonly known: readonly string[];
}
