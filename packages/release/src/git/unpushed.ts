import { existsSync } from 'node:fs';
import { git } from './git.js';

/**
 * A warning when a branch of the workspace has commits that a URL lacks: the URL's are deployed.
 *
 * @param commit the branch's commit at the URL
 */
export async function unpushed(
  folder: string,
  { commit, name }: { readonly commit: string; readonly name: string },
): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  const branch = name.startsWith('refs/') ? name : `refs/heads/${name}`;
  const { status, stdout } = await git(['rev-parse', '--verify', '--quiet', branch], { folder });
  const local = stdout.toString().trim();
  if (status !== 0 || local === commit) return [];
  // Only a repository of the same project has the URL's commit.
  const ancestor = await git(['merge-base', '--is-ancestor', commit, local], { folder });
  if (ancestor.status !== 0) return [];
  const counted = await git(['rev-list', '--count', `${commit}..${local}`], { folder });
  const count = counted.stdout.toString().trim();
  return [
    `${count} ${count === '1' ? 'commit' : 'commits'} of ${name} in ${folder} ${count === '1' ? 'is' : 'are'} not pushed, and not deployed`,
  ];
}
