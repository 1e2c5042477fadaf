import { join, relative } from 'node:path';
import { ENVIRONMENT_FILE, extendedFiles } from '@fairness-deploy/environment-file';
import type { Tree } from '@nx/devkit';
import { treeSource } from '../tree-source.js';

/** Which files an environment extends, and who extends it; paths relative to the workspace. */
export interface References {
  /** The names of the environments that extend its environment.yaml. */
  readonly dependents: readonly string[];
  /** The shared files that it extends, and no other environment. */
  readonly orphans: readonly string[];
  /** The shared files that others extend, too. */
  readonly shared: readonly string[];
}

/** Reads what the environment has in common with others, as the generator's changes make the files. */
export function referencesOf(tree: Tree, name: string): References {
  const source = treeSource(tree);
  const chainOf = (environment: string): readonly string[] =>
    extendedFiles(join(tree.root, fileOf(environment)), tree.root, source).map((file) =>
      relative(tree.root, file),
    );
  const others = environmentNames(tree).filter((other) => other !== name);
  const chains = others.map((other) => [other, chainOf(other)] as const);
  const own = chainOf(name).filter((file) => !file.endsWith(`/${ENVIRONMENT_FILE}`));
  const isShared = (file: string): boolean => chains.some(([, chain]) => chain.includes(file));
  return {
    dependents: chains.filter(([, chain]) => chain.includes(fileOf(name))).map(([other]) => other),
    orphans: own.filter((file) => !isShared(file)),
    shared: own.filter(isShared),
  };
}

/** The environments of a workspace. */
export function environmentNames(tree: Tree): readonly string[] {
  return tree
    .children('environments')
    .filter((name) => tree.exists(fileOf(name)))
    .sort();
}

function fileOf(environment: string): string {
  return `environments/${environment}/${ENVIRONMENT_FILE}`;
}
