import { type SandboxHost } from '@fairness-deploy/sandbox';
import { runCommand as runOnLab, startCommand, switchedAfter } from '../lab/command.mjs';
import { byHand } from './by-hand.mjs';
import { databaseMeasures } from './database.mjs';
import { type Lab } from './lab.mjs';
import { type Measure, type RepeatedMeasure } from './measure.mjs';
import { NX, NX_IN_CI, programs, type FloorProgram, type OurProgram } from './programs.mjs';
import { runCommand } from './run-command.mjs';
import { runProcess } from './run-process.mjs';
import { secretsMeasures } from './secrets.mjs';

/** How a command is started. */
interface Way {
  readonly way: string;
  readonly program: OurProgram;
  readonly env: NodeJS.ProcessEnv;
  readonly runs: number;
}

/** Without Nx, … */
const ENGINE: Way = { way: 'engine', program: programs.engine, env: {}, runs: 7 };

/** … with Nx and its daemon, and with Nx as in CI. */
const WITH_NX: readonly Way[] = [
  { way: 'nx', program: programs.nx, env: NX, runs: 5 },
  { way: 'nx-ci', program: programs.nx, env: NX_IN_CI, runs: 3 },
];

interface Place {
  readonly place: 'loopback' | '50ms';
  readonly of: (lab: Lab) => Promise<{ readonly environment: string; readonly host: SandboxHost }>;
}

const PLACES: readonly Place[] = [
  { place: 'loopback', of: (lab) => lab.near() },
  { place: '50ms', of: (lab) => lab.far() },
];

interface Command {
  readonly name: string;
  readonly command: string;
  readonly options: readonly string[];
  /** The outcome that it must have on every host. */
  readonly expected: 'unchanged' | 'changed';
  /** Whether there is a new commit for each run. */
  readonly commits?: boolean;
}

const COMMANDS: readonly Command[] = [
  { name: 'ping', command: 'ping', options: [], expected: 'unchanged' },
  { name: 'status', command: 'status', options: [], expected: 'unchanged' },
  { name: 'doctor', command: 'doctor', options: [], expected: 'unchanged' },
  { name: 'plan', command: 'plan', options: [], expected: 'unchanged' },
  { name: 'provision', command: 'provision', options: ['--yes'], expected: 'unchanged' },
  { name: 'deploy', command: 'deploy', options: [], expected: 'unchanged' },
  { name: 'deploy-commit', command: 'deploy', options: [], expected: 'changed', commits: true },
];

/** How many resources the series has; the engine's round trips must not depend on it. */
export const SERIES = [5, 40, 200];

/** All measures, in their order. */
export function listMeasures(): readonly Measure[] {
  const onDemoBy = (way: Way): readonly RepeatedMeasure[] =>
    PLACES.flatMap((place) => COMMANDS.map((command) => onDemo(way, place, command)));
  return [
    ...secretsMeasures(),
    ...PLACES.flatMap(floors),
    {
      name: 'engine:first-provision@loopback',
      once: async (lab) => (await lab.near()).provisioned,
    },
    { name: 'engine:first-deploy@loopback', once: (lab) => lab.deployed() },
    ...onDemoBy(ENGINE),
    releaseByHand(),
    unsettled(),
    rollback(),
    ...PLACES.flatMap(({ place }) => SERIES.map((count) => series(place, count))),
    tenHosts('loopback', (lab) => lab.tenNear()),
    tenHosts('50ms', (lab) => lab.tenFar()),
    ...databaseMeasures(),
    // Those with a build last: on a busy machine time may run out.
    ...WITH_NX.flatMap(onDemoBy).sort((one, other) => Number(one.slow) - Number(other.slow)),
  ];
}

function onDemo(
  { way, program, env, runs }: Way,
  { place, of }: Place,
  { name, command, options, expected, commits = false }: Command,
): RepeatedMeasure {
  return {
    name: `${way}:${name}@${place}`,
    runs: commits ? Math.ceil(runs / 2) : runs,
    slow: commits,
    ...(commits && {
      // The host first: a copy of another has the same release.
      prepare: async (lab: Lab) => {
        await of(lab);
        lab.workspace.commit();
      },
    }),
    run: async (lab, { signal, first }) => {
      const { environment } = await of(lab);
      return runCommand(
        program(environment, command, [...options, '--json']),
        { cwd: lab.workspace.folder, env, signal },
        // The run that doesn't count has made all changes.
        first ? undefined : expected,
      );
    },
  };
}

/** Prepares the host for the deployment of the next commit. */
function releaseByHand(): RepeatedMeasure {
  return {
    name: 'by-hand:commit@loopback',
    runs: 4,
    slow: true,
    prepare: newCommit,
    run: async (lab) => {
      const { host } = await lab.near();
      return byHand(host, lab.workspace.application);
    },
  };
}

/** A commit that is newer than the live one. */
async function newCommit(lab: Lab): Promise<void> {
  await lab.deployed();
  lab.workspace.commit();
}

/** As `deploy-commit`, but without the wait for mistakes that show only after seconds. */
function unsettled(): RepeatedMeasure {
  return {
    name: 'engine:deploy-commit-unsettled@loopback',
    runs: 4,
    slow: true,
    prepare: newCommit,
    run: async (lab, { signal }) => {
      const { environment } = await lab.unsettled();
      return runCommand(
        programs.engine(environment, 'deploy', ['--json']),
        { cwd: lab.workspace.folder, signal },
        'changed',
      );
    },
  };
}

/** Until traffic has switched; users don't wait for the rest. */
function rollback(): RepeatedMeasure {
  return {
    name: 'engine:rollback-live@loopback',
    runs: 4,
    slow: true,
    // So that there is a release to roll back to.
    prepare: async (lab) => {
      await newCommit(lab);
      const { environment } = await lab.unsettled();
      await runOnLab(lab.workspace, ['deploy', environment]);
    },
    run: async (lab) => {
      const { environment } = await lab.unsettled();
      const end = await startCommand(lab.workspace, ['rollback', environment]).ended;
      const live = switchedAfter(end);
      if (end.status !== 0 || live === undefined) {
        throw new Error(`it ended with ${String(end.status)}: ${end.said}`);
      }
      return { milliseconds: live * 1000 };
    },
  };
}

function floors({ place, of }: Place): readonly RepeatedMeasure[] {
  const floor = (name: string, program: FloorProgram): RepeatedMeasure => ({
    name: `${name}@${place}`,
    runs: 7,
    run: async (lab, { signal }) => {
      const { host } = await of(lab);
      const { status, stdout, stderr, ...measured } = await runProcess(program(host), {
        cwd: lab.workspace.folder,
        signal,
      });
      if (status !== 0) {
        throw new Error(`it ended with ${String(status)}: ${(stderr || stdout).trim()}`);
      }
      return measured;
    },
  });
  return [floor('floor', programs.floor), floor('openssh', programs.openssh)];
}

function series(place: Place['place'], count: number): RepeatedMeasure {
  let made: ReturnType<Lab['resources']> | undefined;
  return engineProvision(
    `engine:${String(count)}-resources@${place}`,
    (lab) => (made ??= lab.resources(place, count)),
  );
}

function tenHosts(place: Place['place'], of: InEnvironment): RepeatedMeasure {
  return engineProvision(`engine:ten-hosts@${place}`, of);
}

type InEnvironment = (lab: Lab) => Promise<{ readonly environment: string }>;

function engineProvision(name: string, of: InEnvironment): RepeatedMeasure {
  return {
    name,
    runs: 5,
    run: async (lab, { signal }) => {
      const { environment } = await of(lab);
      return runCommand(
        programs.engine(environment, 'provision', ['--yes', '--json']),
        { cwd: lab.workspace.folder, signal },
        'unchanged',
      );
    },
  };
}
