import { exampleApplication, exampleProcess } from '@fairness-deploy/core/testing';
import { saying } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { programsOf, type Program } from '../application/program.js';
import { parseState, type HostState } from '../host/state.js';
import { refuseClash } from './refuse-clash.js';

const web = (port: number, alternatePort = port + 100): readonly Program[] =>
  programsOf(
    exampleApplication({
      processes: [
        exampleProcess({ name: 'web', port, alternatePort }),
        exampleProcess({ name: 'jobs' }),
      ],
    }),
    1,
  );
const ID = '20261123-101502-3f2a1bc';
const live = (colour: 'blue' | 'green'): HostState => ({
  ...parseState(`live colours/${colour}\ncolour ${colour} ../../releases/${ID}`),
  programs: new Map([[ID, web(3000)]]),
  schedules: new Map(),
});

it('refuseClash() lets be what listens elsewhere in the free colour', () => {
  for (const colour of ['blue', 'green'] as const) refuseClash('Cannot', web(3000), live(colour));
  // Where the live release listens in the other colour only.
  refuseClash('Cannot', web(3100), live('blue'));
  refuseClash('Cannot', web(3000), parseState(''));
});

it('refuseClash() refuses a port on which the live release listens', () => {
  expect(() => {
    refuseClash('Cannot deploy to web', web(3100), live('green'));
  }).toThrow(
    saying(
      'Cannot deploy to web: web would listen on 3100, where web of the live release listens\n  → give web another port, or another alternatePort',
    ),
  );
});

it('refuseClash() refuses instances that reach the ports of another process', () => {
  const processes = [
    exampleProcess({ name: 'api', port: 3000, instances: 'cpus' }),
    exampleProcess({ name: 'web', port: 3003 }),
  ];
  expect(() => {
    refuseClash('Cannot deploy to web', programsOf(exampleApplication({ processes }), 4), {
      ...parseState(''),
      cpus: 4,
    });
  }).toThrow(
    'Cannot deploy to web: with the 4 processors of the host, api.4 and web would both listen on 3003',
  );
});
