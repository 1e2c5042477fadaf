import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expandHome } from '@fairness-deploy/shell/client';
import { resolve } from 'node:path';
import { HintedError } from '@fairness-deploy/shell/text';
import type { Environment } from '@fairness-deploy/core';
import { git, gitOutput } from './git.js';

/** A git repository on the client. */
export interface Repository {
  readonly folder: string;
  /** Without a working tree, so that nothing in it can be uncommitted. */
  readonly bare: boolean;
  /** Commits whose parents are not in the repository. */
  readonly shallow: ReadonlySet<string>;
}

/** Resolves a repository's path: relative to the environment's folder, `~` is the user's home. */
export function repositoryFolder(environment: Environment, path: string | undefined): string {
  if (path === undefined) return environment.workspace;
  return resolve(environment.folder, expandHome(path));
}

/** @throws Error when the folder isn't one, isn't in a git repository, or git refuses it. */
export async function openRepository(
  folder: string,
  hint = 'name another one as "repository" in the section "release", or make it one: git init',
): Promise<Repository> {
  if (!existsSync(folder)) {
    throw new HintedError(`Cannot deploy from ${folder}: there is no such folder`, {
      hint: 'correct "repository" in the section "release"',
    });
  }
  const { status, stdout, stderr } = await git(
    ['rev-parse', '--is-bare-repository', '--path-format=absolute', '--git-path', 'shallow'],
    { folder },
  );
  if (status !== 0) {
    throw new HintedError(
      `Cannot deploy from ${folder}: it is not a git repository that can be read: ${stderr}`,
      { hint },
    );
  }
  const [bare, shallowFile = ''] = stdout.toString().split('\n');
  return { folder, bare: bare === 'true', shallow: await readShallow(shallowFile) };
}

async function readShallow(file: string): Promise<ReadonlySet<string>> {
  try {
    return new Set((await readFile(file, 'utf8')).split('\n').filter((line) => line !== ''));
  } catch {
    // Only a shallow repository has the file.
    return new Set();
  }
}

/** The data by which people recognise a commit. */
export async function describeCommit(
  { folder }: Repository,
  commit: string,
): Promise<{ readonly subject: string; readonly author: string }> {
  const output = await gitOutput(
    `Cannot deploy from ${folder}: the commit ${commit} cannot be read`,
    ['show', '-s', '--no-show-signature', '--encoding=UTF-8', '--format=%s%x00%an', commit, '--'],
    { folder },
  );
  const [subject = '', author = ''] = output.toString().replace(/\n$/, '').split('\0');
  return { subject, author };
}

/** The hash of a folder in a commit; undefined when the commit has no such folder. */
export async function treeOf(
  { folder }: Repository,
  commit: string,
  path: string,
): Promise<string | undefined> {
  const { stdout } = await git(['cat-file', '--batch-check=%(objecttype) %(objectname)'], {
    folder,
    input: `${commit}:${path}\n`,
  });
  return /^tree ([0-9a-f]{40,64})$/.exec(stdout.toString().trim())?.[1];
}

/**
 * Paths that differ from the commit checked out, as git-status(1) gives them.
 *
 * @param except a folder that doesn't count, relative to the repository's
 */
export async function uncommitted(
  { folder, bare }: Repository,
  except?: string,
): Promise<readonly string[]> {
  if (bare) return [];
  // Only a list of single files separates those in the folder from those beside it.
  const which =
    except === undefined
      ? ['--untracked-files=normal']
      : ['--untracked-files=all', '--', ':(top)', `:(exclude,literal)${except}`];
  const { stdout } = await git(['status', '--porcelain=v1', '-z', '--no-renames', ...which], {
    folder,
  });
  return stdout
    .toString()
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => entry.slice(3));
}
