import { relative } from 'node:path';
import { readSource, type ReadSource } from '@fairness-deploy/environment-file';
import type { Tree } from '@nx/devkit';

/** Reads files as they will be when a generator's changes are written. */
export function treeSource(tree: Tree): ReadSource {
  const changes = tree.listChanges();
  return (file) => {
    const path = relative(tree.root, file);
    const change = changes.find((one) => one.path === path || path.startsWith(`${one.path}/`));
    if (!change) return readSource(file);
    const text = tree.exists(path) ? tree.read(path, 'utf8') : null;
    return text === null ? { failure: 'there is no such file' } : { text };
  };
}
