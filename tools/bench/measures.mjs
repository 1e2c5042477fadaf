import { runCommand as runOnLab, startCommand } from '../lab/command.mjs';
import { byHand } from './by-hand.mjs';
import { NX, NX_IN_CI, programs } from './programs.mjs';
import { runCommand } from './run-command.mjs';
import { runProcess } from './run-process.mjs';
import { secretsMeasures } from './secrets.mjs';

/** How a command is started: without Nx, with Nx and its daemon, and with Nx as in CI. */
const WAYS = [
  { way: 'engine', program: programs.engine, env: {}, runs: 7 },
  { way: 'nx', program: programs.nx, env: NX, runs: 5 },
  { way: 'nx-ci', program: programs.nx, env: NX_IN_CI, runs: 3 },
];

const PLACES = [
  { place: 'loopback', of: (lab) => lab.near() },
  { place: '50ms', of: (lab) => lab.far() },
];

/** Each with the outcome that it must have on every host. */
const COMMANDS = [
  { name: 'ping', command: 'ping', options: [], expected: 'unchanged' },
  { name: 'plan', command: 'plan', options: [], expected: 'unchanged' },
  { name: 'provision', command: 'provision', options: ['--yes'], expected: 'unchanged' },
  { name: 'deploy', command: 'deploy', options: [], expected: 'unchanged' },
  { name: 'deploy-commit', command: 'deploy', options: [], expected: 'changed', commits: true },
];

/** How many resources the series has; the engine's round trips must not depend on it. */
export const SERIES = [5, 40, 200];

/**
 * Everything that is measured. `run` measures once, `prepare` comes before each and isn't
 * measured; `slow` ones do without a first run that doesn't count; `once`: it happens while a
 * host is set up, and isn't repeated.
 */
export function listMeasures() {
  const onDemoBy = (way) =>
    PLACES.flatMap((place) => COMMANDS.map((command) => onDemo(way, place, command)));
  const [engine, ...others] = WAYS;
  return [
    ...secretsMeasures(),
    ...PLACES.flatMap(floors),
    {
      name: 'engine:first-provision@loopback',
      once: async (lab) => (await lab.near()).provisioned,
    },
    { name: 'engine:first-deploy@loopback', once: (lab) => lab.deployed() },
    ...onDemoBy(engine),
    releaseByHand(),
    unsettled(),
    rollback(),
    ...PLACES.flatMap(({ place }) => SERIES.map((count) => series(place, count))),
    tenHosts('loopback', (lab) => lab.tenNear()),
    tenHosts('50ms', (lab) => lab.tenFar()),
    // Those with a build last: on a busy machine time may run out.
    ...others.flatMap(onDemoBy).sort((one, other) => Number(one.slow) - Number(other.slow)),
  ];
}

function onDemo({ way, program, env, runs }, { place, of }, command) {
  const { name, options, expected, commits = false } = command;
  return {
    name: `${way}:${name}@${place}`,
    runs: commits ? Math.ceil(runs / 2) : runs,
    slow: commits,
    ...(commits && {
      // The host first: one that is a copy of another has what that was deployed to.
      prepare: async (lab) => {
        await of(lab);
        lab.workspace.commit();
      },
    }),
    run: async (lab, { signal, first }) => {
      const { environment } = await of(lab);
      return runCommand(
        program(environment, command.command, [...options, '--json']),
        { cwd: lab.workspace.folder, env, signal },
        // Whatever there was to do, the run that doesn't count has done.
        first ? undefined : expected,
      );
    },
  };
}

/** What the host itself needs to deploy the next commit. */
function releaseByHand() {
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

/** A commit that is newer than what is deployed. */
async function newCommit(lab) {
  await lab.deployed();
  lab.workspace.commit();
}

/** As `deploy-commit`, but without the wait for mistakes that show only after seconds. */
function unsettled() {
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

/** Until the traffic has moved; what comes after it, nobody waits for. */
function rollback() {
  return {
    name: 'engine:rollback-live@loopback',
    runs: 4,
    slow: true,
    // So that there is a release to go back to.
    prepare: async (lab) => {
      await newCommit(lab);
      const { environment } = await lab.unsettled();
      await runOnLab(lab.workspace, ['deploy', environment]);
    },
    run: async (lab) => {
      const { environment } = await lab.unsettled();
      const { status, said, events } = await startCommand(lab.workspace, ['rollback', environment])
        .ended;
      const live = events.find(({ type, name }) => type === 'step-ended' && name === 'switch');
      if (status !== 0 || !live) throw new Error(`it ended with ${status}: ${said}`);
      return { milliseconds: live.after };
    },
  };
}

function floors({ place, of }) {
  const floor = (name, program) => ({
    name: `${name}@${place}`,
    runs: 7,
    run: async (lab, { signal }) => {
      const { host } = await of(lab);
      const { status, stderr, milliseconds, memory, cpu } = await runProcess(program(host), {
        cwd: lab.workspace.folder,
        signal,
      });
      if (status !== 0) throw new Error(`it ended with ${status}: ${stderr.trim()}`);
      return { milliseconds, memory, cpu };
    },
  });
  return [floor('floor', programs.floor), floor('openssh', programs.openssh)];
}

function series(place, count) {
  let made;
  return engineProvision(
    `engine:${count}-resources@${place}`,
    5,
    (lab) => (made ??= lab.resources(place, count)),
  );
}

function tenHosts(place, of) {
  return engineProvision(`engine:ten-hosts@${place}`, 5, of);
}

function engineProvision(name, runs, of) {
  return {
    name,
    runs,
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
