import type { ScheduledJob } from '@fairness-deploy/core';
import { PHASES } from '../order/phases.js';
import type { ReleaseStep } from '../order/release-step.js';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { readState } from '../host/read-state.js';
import { releaseCheck } from '../host/release-check.js';
import { application } from '../testing/application.js';
import { variablesDigest } from '../host/migration-record.js';
import { releaseSpec, type SpecChanges } from '../testing/release-spec.js';
import type { Transfer } from '../scripts/release-spec.js';
import { releaseSteps, rollbackSteps } from './release-steps.js';

const BUNDLE: SpecChanges = { transfer: { from: 'input' } };
const BUILT: SpecChanges = { builtAs: '20261122-101502-3f2a1bc' };
const ARTIFACT: SpecChanges = {
  transfer: { from: 'input' },
  artifact: 'a'.repeat(40),
  section: { artifact: { target: 'shop:build', path: 'dist' } },
};
const fetched: Transfer = {
  from: 'url',
  url: {
    scheme: 'https',
    url: 'https://git.example/shop.git',
    credentials: Text.of('bot:', new Secret('token', 't')),
  },
};
const MIGRATING = { migrate: 'npm run migrate' };
const secretText = (text: string): Text => Text.of(new Secret('token', text));
const INPUTS = {
  shared: ["it's/uploads", 'storage'],
  files: {
    "it's/.env": { env: { A: secretText('s3cret') } },
    'b.json': { json: { a: secretText('s3cret') }, when: 'build' },
    c: { content: 'x', when: 'start' },
  },
};
const last = {
  release: '20261122-101502-0000000',
  migrationsDigest: 'a'.repeat(40),
  command: 'b'.repeat(64),
  variables: variablesDigest('c'.repeat(64)),
};
const UNCHANGED = { inputs: last, why: "it's unchanged", last };
const rollback: SpecChanges = { action: 'rollback', section: MIGRATING };

const job = (name: string): ScheduledJob => ({
  ...{ name, command: ['x'], at: ["it's $(id)", 'daily'], timeout: 1, catchUp: true, nice: 0 },
});
const MOVING: SpecChanges = {
  ...{ hosts: ['one', 'two'], schedules: [job('digest')], previousSchedules: [job('report')] },
};

const stepsOf = (changes: SpecChanges): readonly ReleaseStep[] =>
  (changes.action === 'rollback' ? rollbackSteps : releaseSteps)(releaseSpec(changes));

/** Its steps by phase, in the order of each phase. */
function table(steps: readonly ReleaseStep[]): string {
  return PHASES.map((phase) => {
    const names = steps
      .filter((step) => step.phase === phase)
      .map(({ name, place, undo, required }) => [
        name,
        ...(place ? [place] : []),
        ...(undo ? ['undo'] : []),
        ...(required ? ['required'] : []),
      ])
      .map(([name = '', ...more]) => (more.length === 0 ? name : `${name} (${more.join(', ')})`));
    return names.length === 0 ? '' : `${phase}: ${names.join(', ')}\n`;
  }).join('');
}

/** From the start of the processes on, all are alike. */
const START = 'start: prepare colour (undo)\n';
const END = `activate: switch (undo)
drain: check again (last, undo, required)
stop: check alone (last, required)
clean: prune, prune runtimes, check at the end (last, required), free colour (last)
`;

const SCHEDULING = END.replace('drain:', 'handover: schedule jobs (last, undo)\ndrain:');

describe('releaseSteps()', () => {
  it.each([
    [
      'a bundle',
      BUNDLE,
      `fetch: begin (first), runtime, fetch (undo), checkout (undo)
install: install
build: start files (undo), build, built (last)
${START}check: check api, settle api
${END}`,
    ],
    [
      'a URL, without installing and building',
      { transfer: fetched, section: { install: false, build: false } },
      `fetch: begin (first), runtime, fetch (undo), checkout (undo)
build: start files (undo)
${START}check: check api, settle api
${END}`,
    ],
    [
      'an application without Node.js',
      { ...BUNDLE, runtime: undefined, section: { install: false, build: false } },
      `fetch: begin (first), fetch (undo), checkout (undo)
build: start files (undo)
${START}check: check api, settle api
${END}`,
    ],
    [
      'migrations',
      { ...BUNDLE, section: MIGRATING },
      `fetch: begin (first), runtime, fetch (undo), checkout (undo)
install: install
build: start files (undo), build, built (last)
migrate: migrate
${START}check: check api, settle api
${END}`,
    ],
    [
      'scheduled jobs',
      { schedules: [job('digest')] },
      `fetch: begin (first), runtime, fetch (undo), checkout (undo), check scheduled jobs (first)
install: install
build: start files (undo), build, built (last)
${START}check: check api, settle api
${SCHEDULING}`,
    ],
    [
      'no scheduled jobs, where the live release has some',
      { ...BUILT, previousSchedules: [job('digest')] },
      `fetch: begin (first), runtime, fetch (undo)
build: copy build (undo), start files (undo)
${START}check: check api, settle api
${SCHEDULING}`,
    ],
    [
      'a scheduled job that may move to another host',
      { ...BUILT, ...MOVING },
      `fetch: begin (first), runtime, fetch (undo), check scheduled jobs (first)
build: copy build (undo), start files (undo)
${START}check: check api, settle api
${SCHEDULING.replace('handover:', 'confirm: withdraw scheduled jobs (last, undo)\nhandover:')}`,
    ],
    [
      'shared folders and files',
      { section: { ...INPUTS, hooks: [{ after: 'build', run: 'x' }] } },
      `fetch: begin (first), runtime, fetch (undo), checkout (undo), shared folders, files for install (usual)
install: install
build: start files (undo), files for build (first), build, files for start (last), after build: x (last), check shared folders (last), built (last)
${START}check: check api, settle api
${END}`,
    ],
    [
      'shared folders and files of a commit that the host has built already',
      { ...BUILT, section: INPUTS },
      `fetch: begin (first), runtime, fetch (undo)
build: copy build (undo), start files (undo), files for start (last), check shared folders (last)
${START}check: check api, settle api
${END}`,
    ],
    [
      'an artifact, which is built already',
      ARTIFACT,
      `fetch: begin (first), runtime, fetch (undo), checkout (undo)
build: start files (undo)
${START}check: check api, settle api
${END}`,
    ],
    [
      'a commit that the host has built already',
      { ...BUILT, section: MIGRATING },
      `fetch: begin (first), runtime, fetch (undo)
build: copy build (undo), start files (undo)
migrate: migrate
${START}check: check api, settle api
${END}`,
    ],
    [
      'a rollback, for which nothing is made and nothing settles',
      rollback,
      `fetch: begin (first), runtime
${START}check: check api
${END}`,
    ],
  ])('are, by phase, for %s', (_, changes, expected) => {
    expect(table(stepsOf(changes))).toBe(expected);
  });

  it('wait for no process to settle that need not', () => {
    const processes = application.processes.map((process) => ({
      ...process,
      health: { ...process.health, settle: 0 },
    }));
    expect(table(stepsOf({ application: { processes } }))).toContain('\ncheck: check api\n');
  });

  it.each<[string, SpecChanges]>([
    ['a bundle', BUNDLE],
    [
      'a URL, hostile names and commands',
      {
        transfer: fetched,
        section: { directory: "apps/it's", install: 'make a\nmake b', build: "echo '$(id)'" },
      },
    ],
    [
      'migrations, copied dependencies',
      {
        section: {
          migrate: "echo 'it' && npm run migrate",
          dependencies: 'copy',
          installInputs: ["it's/postinstall.js", 'prisma'],
        },
      },
    ],
    [
      'a URL, a live release and a migration that need not run',
      {
        transfer: fetched,
        live: { commit: 'b'.repeat(40) },
        migration: UNCHANGED,
        section: { ...MIGRATING, repository: 'https://git.example/x.git', directory: "apps/it's" },
      },
    ],
    ['no kept dependencies', { section: { dependencies: 'install' } }],
    ['an artifact', ARTIFACT],
    ['a build that is there', BUILT],
    [
      'shared folders, files and variables',
      {
        section: {
          ...INPUTS,
          directory: "apps/it's",
          install: { variables: { A: secretText('s3cret') } },
          build: { secrets: ['token'] },
        },
      },
    ],
    ['shared folders of a build that is there', { ...BUILT, section: INPUTS }],
    ['a rollback', rollback],
    ['scheduled jobs', MOVING],
    ['an application without Node.js', { runtime: undefined }],
    [
      'pnpm, by its digest, and a mirror',
      {
        runtime: { node: '24.11.1', manager: { name: 'pnpm', version: '10.12.1' } },
        runtimeSource: { mirror: 'https://mirror.example/node', managerHash: 'sha512.0a' },
      },
    ],
    [
      'yarn, by the digest of its one file',
      {
        runtime: { node: '24.11.1', manager: { name: 'yarn', version: '4.9.2' } },
        runtimeSource: { mirror: 'https://mirror.example/node', managerHash: 'sha224.0a' },
      },
    ],
  ])('are scripts without fault for %s', async (_, changes) => {
    for (const { run, undo } of stepsOf(changes)) {
      await checkShell(run);
      if (undo) await checkShell(undo);
    }
  });

  it('show no secret', () => {
    const shown = stepsOf({ transfer: fetched, section: { ...MIGRATING, ...INPUTS } })
      .map(({ run, undo }) => `${String(run)}\n${String(undo)}`)
      .join('\n');
    expect(shown).toContain('TOKEN=***');
    expect(shown).not.toContain('s3cret');
    const unchanged = stepsOf({ migration: UNCHANGED, section: MIGRATING }).map(({ run }) => run);
    // Marks in the scripts are random, so a few of them may follow each other.
    expect(unchanged.map(String).join('\n')).not.toContain('c'.repeat(16));
    expect(shown).not.toContain(Buffer.from('bot:t').toString('base64'));
  });
});

it('readState() and releaseCheck() are scripts without fault', async () => {
  const { layout } = releaseSpec();
  await checkShell(readState(layout, application.user));
  await checkShell(releaseCheck(application).read);
});
