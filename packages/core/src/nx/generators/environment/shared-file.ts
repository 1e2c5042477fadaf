import { HintedError } from '@fairness-deploy/shell/text';
import type { Tree } from '@nx/devkit';
import { NONE } from './options.js';

/** The files in environments/ that environments can extend. */
export function sharedFiles(tree: Tree): readonly string[] {
  return tree.children('environments').filter((name) => /\.ya?ml$/.test(name));
}

/**
 * The file in environments/ that a new environment extends: the named one, with or without its
 * ending, else the only one.
 *
 * @throws Error when the named one is missing, or several could be meant.
 */
export function sharedFile(tree: Tree, asked: string | undefined): string | undefined {
  const files = sharedFiles(tree);
  const [only, ...more] = files;
  if (asked === undefined) {
    if (more.length === 0) return only;
    throw new HintedError(`Cannot add an environment: it could extend ${files.join(' or ')}`, {
      hint: `add --extends=${String(only)}, or --extends=${NONE}`,
    });
  }
  const found = [asked, `${asked}.yaml`, `${asked}.yml`].find((name) => files.includes(name));
  if (found !== undefined) return found;
  if (asked === NONE) return undefined;
  const there = files.length === 0 ? 'it has no such file at all' : `there is ${files.join(', ')}`;
  throw new Error(`Cannot extend "${asked}": environments/ does not have it, ${there}`);
}
