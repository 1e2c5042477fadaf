import { checkShell } from '@fairness-deploy/shell/testing';
import { LISTENERS } from '../application/listeners.js';
import { type ReleaseStep } from '../order/release-step.js';
import { notice } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { enterReleases } from '../host/enter-releases.js';
import { readState } from '../host/read-state.js';
import { layoutOf } from '../application/layout.js';
import { releaseIn } from '../application/release.js';
import { releaseSchema } from '../section/section.js';
import { releaseCheck } from '../host/release-check.js';
import { application, environment } from '../testing/application.js';
import { deploymentOf } from '../testing/entry.js';
import type { ReleaseSpec, Transfer } from './release-spec.js';
import { releaseSteps, rollbackSteps } from './release-steps.js';

const layout = layoutOf(application);
const commit = '3f2a1bc'.padEnd(40, '0');

const specOf = (transfer: Transfer, section: object = {}): ReleaseSpec => {
  const parsed = releaseSchema.parse(section);
  const about = deploymentOf({ commit });
  return {
    application,
    environment,
    section: parsed,
    layout,
    release: releaseIn(layout, {
      id: '20261123-101502-3f2a1bc',
      commit,
      directory: parsed.directory,
    }),
    transfer,
    about,
  };
};

const stepsOf = (transfer: Transfer, section: object = {}): readonly ReleaseStep[] =>
  releaseSteps(specOf(transfer, section));

const fetched: Transfer = {
  from: 'url',
  url: {
    scheme: 'https',
    url: 'https://git.example/shop.git',
    credentials: Text.of('bot:', new Secret('token', 't')),
  },
};

/** What ends a here-document is random, and so is the mark of a notice. */
const withoutChance = (run: string): string => {
  const ends = [...new Set(run.match(/fd_as_[0-9a-f]{32}/g) ?? [])];
  return ends.reduce(
    (text, end, at) => text.replaceAll(end, `fd_as_${String(at + 1)}`),
    run.replaceAll(notice(''), 'fairness-deploy: '),
  );
};

/** The way to the releases is long, and the same in several steps. */
const withoutEntry = (run: string): string =>
  ['Cannot begin', 'Cannot prune'].reduce(
    (text, failure) => text.replace(String(enterReleases(layout, failure)), `(enter: ${failure})`),
    withoutChance(run),
  );

/** What a step does, unless an earlier one does the very same. */
const done = (steps: readonly ReleaseStep[], step: ReleaseStep): string => {
  const run = String(step.run);
  const first = steps.find((one) => String(one.run) === run);
  return first && first !== step ? `(as ${first.name})` : withoutEntry(run);
};

const shown = (steps: readonly ReleaseStep[]): string =>
  steps
    .map((step) =>
      [
        `### ${step.phase}: ${step.name}`,
        done(steps, step),
        ...(step.undo ? [`### undo ${step.name}`, withoutChance(String(step.undo))] : []),
        '',
      ].join('\n'),
    )
    .join('\n')
    .replaceAll(String(LISTENERS), '# LISTENERS of core');

describe('releaseSteps()', () => {
  it('are these for a bundle', async () => {
    await expect(shown(stepsOf({ from: 'input' }))).toMatchFileSnapshot('golden/bundle.txt');
  });

  it('are these for a URL, a folder of the repository and nothing to install', async () => {
    const steps = stepsOf(fetched, { directory: "apps/it's", install: false });
    await expect(shown(steps)).toMatchFileSnapshot('golden/url.txt');
  });

  it('are these where the commit is built already', async () => {
    const spec = { ...specOf({ from: 'host' }), builtAs: '20261122-101502-3f2a1bc' };
    const steps = releaseSteps(spec).filter(({ name }) => name === 'copy build');
    await expect(shown(steps)).toMatchFileSnapshot('golden/copy-build.txt');
    expect(releaseSteps(spec).map(({ name }) => name)).toEqual([
      'begin',
      'fetch',
      'copy build',
      'start files',
      'place',
      'check api',
      'switch',
      'prune',
      'settle api',
      'check again',
      'check alone',
      'check at the end',
      'vacate',
    ]);
  });

  it('are few for a rollback, with nothing fetched, built, migrated or written', () => {
    const steps = rollbackSteps(specOf({ from: 'host' }, { migrate: 'npm run migrate' }));
    expect(steps.map(({ name }) => name)).toEqual([
      'begin',
      'place',
      'check api',
      'switch',
      'prune',
      'check again',
      'check alone',
      'check at the end',
      'vacate',
    ]);
  });

  it('wait for no process to settle that need not', () => {
    const spec = specOf({ from: 'host' });
    const processes = application.processes.map((process) => ({
      ...process,
      health: { ...process.health, settle: 0 },
    }));
    const steps = releaseSteps({ ...spec, application: { ...application, processes } });
    expect(steps.map(({ name }) => name)).not.toContain('settle api');
  });

  it.each([
    ['bundle', stepsOf({ from: 'input' })],
    [
      'url',
      stepsOf(fetched, {
        directory: "apps/it's",
        install: 'make a\nmake b',
        build: "echo '$(id)'",
      }),
    ],
    [
      'migrations, copied dependencies',
      stepsOf(
        { from: 'host' },
        {
          migrate: "echo 'it' && npm run migrate",
          dependencies: 'copy',
          installInputs: ["it's/postinstall.js", 'prisma'],
        },
      ),
    ],
    ['no kept dependencies', stepsOf({ from: 'host' }, { dependencies: 'install' })],
    [
      'a build that is there',
      releaseSteps({ ...specOf({ from: 'host' }), builtAs: '20261122-101502-3f2a1bc' }),
    ],
    ['rollback', rollbackSteps(specOf({ from: 'host' }))],
  ])('are scripts without fault (%s)', async (_, steps) => {
    for (const { run, undo } of steps) {
      await checkShell(run);
      if (undo) await checkShell(undo);
    }
  });

  it('show no secret', () => {
    expect(shown(stepsOf(fetched))).not.toContain('s3cret');
    expect(shown(stepsOf(fetched))).not.toContain(Buffer.from('bot:t').toString('base64'));
  });
});

it('readState() and releaseCheck() are scripts without fault', async () => {
  await checkShell(readState(layout, application.user));
  await checkShell(releaseCheck(application).read);
});
