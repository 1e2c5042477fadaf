import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A git repository of a test's own. */
export interface TemporaryRepository {
  readonly folder: string;
  readonly git: (...args: readonly string[]) => string;
  readonly write: (path: string, content: string) => void;
  /** Commits all, and gives the commit's hash. */
  readonly commit: (subject: string) => string;
}

/** Makes a repository in a folder, which need not be there. */
export function repositoryIn(folder: string, ...options: readonly string[]): TemporaryRepository {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { env: ENVIRONMENT, encoding: 'utf8' }).trim();
  mkdirSync(folder, { recursive: true });
  git('init', '--quiet', '--initial-branch=main', ...options);
  return {
    folder,
    git,
    write(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    },
    commit(subject) {
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', `--message=${subject}`);
      return git('rev-parse', 'HEAD');
    },
  };
}

/** Nothing of the tester's own configuration. */
const ENVIRONMENT = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ana Gomes',
  GIT_AUTHOR_EMAIL: 'ana@permacoop.example',
  GIT_COMMITTER_NAME: 'Ana Gomes',
  GIT_COMMITTER_EMAIL: 'ana@permacoop.example',
};
