import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** A repository to which the test adds commits. */
export interface Clone {
  readonly folder: string;
  /** Commits all changes. */
  commit(subject: string): void;
  /** Removes the last commit. */
  undo(): void;
}

/** Clones a repository, and goes to a commit of it: the one given is never changed. */
export function clone(path: string, folder: string, at = 'HEAD'): Clone {
  rmSync(folder, { recursive: true, force: true });
  execFileSync('git', ['clone', '--quiet', '--', path, folder], { stdio: 'inherit' });
  git(folder, 'checkout', '-B', 'acceptance', at);
  return cloneIn(folder);
}

/** Makes a repository of the files in a folder. */
export function initialize(folder: string): Clone {
  git(folder, 'init', '--initial-branch=main');
  const made = cloneIn(folder);
  made.commit('The shop opens');
  return made;
}

function cloneIn(folder: string): Clone {
  return {
    folder,
    commit: (subject) => {
      git(folder, 'add', '--all');
      git(folder, 'commit', '--no-verify', `--message=${subject}`);
    },
    undo: () => {
      git(folder, 'reset', '--hard', 'HEAD~1');
    },
  };
}

function git(folder: string, ...args: readonly string[]): void {
  const who = ['-c', 'user.name=Acceptance', '-c', 'user.email=acceptance@example.org'];
  execFileSync('git', [...who, ...args], { cwd: folder, stdio: 'ignore' });
}
