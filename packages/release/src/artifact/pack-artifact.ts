import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import { bundleOf } from '../git/bundle.js';
import { gitOutput } from '../git/git.js';
import type { Artifact } from './artifact.js';
import type { HostObjects } from './host-objects.js';

/** How many of the receiver's artifacts are looked at for what it has. */
const BASES = 3;

/** What is known of the receiver. */
export interface Receiver {
  /** What the commit is called there. */
  readonly ref: string;
  /** Commits that it has, with all that they consist of. */
  readonly commits: readonly string[];
  /** What it has told of its objects, where its last commit isn't known here. */
  readonly objects: HostObjects | undefined;
}

/**
 * Makes a git bundle of an artifact with what the receiver lacks of it. It has the objects
 * that it has told of, and those of its commits that are known here too; from the latter's,
 * only differences are sent. A range of commits says nothing of that to git: no artifact
 * is another one's parent.
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
  // Each with its path behind it, by which git finds what is alike; a commit behind '-' is one
  // whose files may be built upon, as git-rev-list(1) says under --objects-edge.
  const input = [...bases.map((base) => `-${base}`), ...lacking].map((line) => `${line}\n`);
  const pack = await output(
    ['pack-objects', '--delta-base-offset', '--stdout', '-q'],
    input.join(''),
  );
  return bundleOf({ commit, ref, has: bases }, pack);
}

/** Of a line that git-rev-list(1) prints: `<hash> <path>`. */
function hashOf(line: string): string {
  return line.split(' ', 1)[0] ?? '';
}
