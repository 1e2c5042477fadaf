import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import { bundleOf } from '../git/bundle.js';
import { gitOutput } from '../git/git.js';
import type { Artifact } from './artifact.js';
import type { HostObjects } from './host-objects.js';

/** From how many of the receiver's artifacts the client knows its objects. */
const BASES = 3;

/** The state of the receiver. */
export interface Receiver {
  /** The name of the commit in the bundle. */
  readonly ref: string;
  /** Commits that it has, with all their objects. */
  readonly commits: readonly string[];
  /** The objects that it has named, when its last commit isn't known here. */
  readonly objects: HostObjects | undefined;
}

/**
 * Makes a git bundle of an artifact with the objects that the receiver lacks. The receiver has the
 * objects that it named, and those of its commits that are known here too; from the latter, git
 * sends differences only. A range of commits can't express that, as artifacts have no parents.
 */
export async function packArtifact(
  { commit, repository, known }: Artifact,
  { ref, commits, objects }: Receiver,
): Promise<Uint8Array> {
  const { folder } = repository;
  const output = (args: readonly string[], input?: string): Promise<Buffer> =>
    gitOutput('Cannot pack what was built', args, {
      folder,
      ...(input !== undefined && { input }),
    }).catch((error: unknown) => {
      const hint = `remove ${folder} and deploy again`;
      throw new HintedError(failureOf(error).message, { hint, cause: error });
    });
  const listed = async (of: readonly string[]): Promise<readonly string[]> => {
    if (of.length === 0) return [];
    const args = ['rev-list', '--objects', '--no-walk', ...of];
    return (await output(args)).toString().split('\n').filter(Boolean);
  };
  const bases = known.filter((one) => commits.includes(one)).slice(0, BASES);
  const there = new Set((await listed(bases)).map(hashOf));
  const lacking = (await listed([commit])).filter((line) => {
    const hash = hashOf(line);
    return !there.has(hash) && !objects?.has(hash);
  });
  // Each with its path behind it, by which git finds similar files; after '-' a commit whose files
  // may be the base of differences (git-rev-list(1), --objects-edge).
  const input = [...bases.map((base) => `-${base}`), ...lacking].map((line) => `${line}\n`);
  const pack = await output(
    ['pack-objects', '--delta-base-offset', '--stdout', '-q'],
    input.join(''),
  );
  return bundleOf({ commit, ref, has: bases }, pack);
}

/** Of a line of git-rev-list(1): `<hash> <path>`. */
function hashOf(line: string): string {
  return line.split(' ', 1)[0] ?? '';
}
