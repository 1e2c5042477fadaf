import {
  exampleApplication,
  exampleContext,
  exampleEnvironment,
  exampleProcess,
} from '@fairness-deploy/core/testing';
import { saying } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { programsOf } from '../application/program.js';
import { parseState, type HostState } from '../host/state.js';
import { releaseSchema } from '../section/section.js';
import { entryOf } from '../testing/entry.js';
import { nothingToRestart, planRestart } from './plan-restart.js';

const ID = '20261123-101502-3f2a1bc';
const application = exampleApplication({
  processes: [
    exampleProcess({ name: 'api', port: 3000 }),
    exampleProcess({ name: 'jobs', instances: 2 }),
    exampleProcess({ name: 'mail', overlap: true }),
  ],
});
const context = exampleContext(
  releaseSchema.parse({ repository: '/srv/git/shop.git' }),
  exampleEnvironment({ application }),
);
const live: HostState = {
  ...parseState(`live colours/green\ncolour green ../../releases/${ID}`),
  programs: new Map([[ID, programsOf(application, 1)]]),
  releases: new Set([ID]),
  variables: new Set([ID]),
  history: [entryOf({ release: ID })],
};

function planned(process?: string, state = live) {
  const found = planRestart(context, state, { process, hosts: ['web'] });
  return (
    found && {
      workers: found.plan.workers?.map(({ name }) => name),
      steps: found.plan.steps.map(({ name }) => name),
    }
  );
}

describe('planRestart()', () => {
  it('starts all of it in the other colour, and removes no release', () => {
    const all = planned();
    expect(all?.workers).toBeUndefined();
    expect(all?.steps).toContain('prepare colour');
    expect(all?.steps).toContain('switch');
    expect(all?.steps).toContain('check jobs.1');
    expect(all?.steps.filter((name) => /prune|fetch|install|build|migrate/.test(name))).toEqual([]);
    // Its requests would fail where it runs.
    expect(planned('api')).toEqual(all);
  });

  it.each([
    ['jobs', ['jobs.1', 'jobs.2']],
    ['mail', ['mail']],
  ])('restarts the worker %s alone, where it runs', (process, workers) => {
    const steps = ['begin', 'find live release', ...workers.map((name) => `check ${name}`)];
    expect(planned(process)).toEqual({ workers, steps });
  });

  it('records what restarted', () => {
    const plan = planRestart(context, live, { process: 'jobs', hosts: ['web'] })?.plan;
    const said = String(plan?.conclude(plan.steps).reveal());
    expect(said).toContain('"action":"restart","process":"jobs"');
    expect(plan?.release).toMatchObject({ id: ID, restarts: true });
  });

  it('finds nothing of another name, and nothing where no process runs', () => {
    expect(planned('nosuch')).toBeUndefined();
    expect(planned(undefined, { ...live, programs: new Map([[ID, []]]) })).toBeUndefined();
  });

  it('refuses what is not known to be good', () => {
    expect(() => planned(undefined, parseState(''))).toThrow(
      saying('Cannot restart: no release is live\n  → deploy first'),
    );
    expect(() => planned(undefined, { ...live, history: [] })).toThrow(
      saying(`Cannot restart ${ID}: it is live, and its deployment was cut off`),
    );
    // A restart that was cut off has made nothing worse.
    const cut = entryOf({ release: ID, action: 'restart', outcome: 'interrupted' });
    expect(planned(undefined, { ...live, history: [...live.history, cut] })).toEqual(planned());
  });
});

it.each([
  [
    'job',
    ['api', 'jobs'],
    'Cannot restart "job": the live release has no process of that name\n  → did you mean "jobs"?',
  ],
  ['zzz', ['api', 'jobs'], '→ there are: api, jobs'],
  [undefined, [], 'Cannot restart: the live release runs no processes'],
])('nothingToRestart() of %s', (process, known, message) => {
  expect(() => {
    throw nothingToRestart(process, known);
  }).toThrow(saying(message));
});
