import { checkShell } from '@fairness-deploy/core/testing';
import { Secret, Text } from '@fairness-deploy/secrets';
import { describe, expect, it } from 'vitest';
import { readState } from '../host/read-state.js';
import { releaseLayoutOf, releaseIn } from '../layout.js';
import { releaseSchema } from '../section.js';
import { releaseStatus } from '../status.js';
import { application } from '../testing/application.js';
import type { Transfer } from './release-spec.js';
import { releaseSteps } from './release-steps.js';

const layout = releaseLayoutOf(application);
const commit = '3f2a1bc'.padEnd(40, '0');

const stepsOf = (transfer: Transfer, section: object = {}): ReturnType<typeof releaseSteps> => {
  const parsed = releaseSchema.parse(section);
  return releaseSteps({
    application,
    section: parsed,
    layout,
    release: releaseIn(layout, {
      id: '20261123-101502-3f2a1bc',
      commit,
      directory: parsed.directory,
    }),
    transfer,
    configuration: new Secret('configuration digest', 'c'.repeat(64)),
  });
};

const fetched: Transfer = {
  from: 'url',
  url: {
    scheme: 'https',
    url: 'https://git.example/shop.git',
    credentials: Text.of('bot:', new Secret('token', 't')),
  },
};

const shown = (steps: ReturnType<typeof releaseSteps>): string =>
  steps
    .map(({ phase, name, run, undo }) =>
      [
        `### ${phase}: ${name}`,
        String(run),
        ...(undo ? [`### undo ${name}`, String(undo)] : []),
        '',
      ].join('\n'),
    )
    .join('\n');

describe('releaseSteps()', () => {
  it('are these for a bundle', async () => {
    await expect(shown(stepsOf({ from: 'input' }))).toMatchFileSnapshot('golden/bundle.txt');
  });

  it('are these for a URL, a folder of the repository and nothing to install', async () => {
    const steps = stepsOf(fetched, { directory: "apps/it's", install: false });
    await expect(shown(steps)).toMatchFileSnapshot('golden/url.txt');
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
    ['host', stepsOf({ from: 'host' })],
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

it('readState() and releaseStatus() are scripts without fault', async () => {
  await checkShell(readState(layout));
  await checkShell(releaseStatus(layout));
});
