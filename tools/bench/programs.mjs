import { join } from 'node:path';
import { run, WORKSPACE } from '../install.mjs';
import { sshTo } from '../lab/ssh.mjs';

const CORE = join(WORKSPACE, 'packages', 'core', 'dist');

const FLOOR = join(WORKSPACE, 'tmp', 'bench', 'floor.cjs');

/** Builds what `programs` measure beside the packages: core's transport alone. */
export function buildFloor() {
  const source = join(WORKSPACE, 'tools', 'bench', 'floor.ts');
  run('npx', [
    'rolldown',
    source,
    '--platform=node',
    '--format=cjs',
    '--no-codeSplitting',
    `--file=${FLOOR}`,
  ]);
}

/** The command lines that are measured. */
export const programs = {
  /** One Node process, without Nx. */
  engine: (environment, command, options) => [
    process.execPath,
    join(CORE, 'cli.js'),
    command,
    environment,
    ...options,
  ],
  nx: (environment, command, options) => [
    join(WORKSPACE, 'node_modules', '.bin', 'nx'),
    'run',
    `${environment}:${command}`,
    ...options,
  ],
  stopDaemon: () => [join(WORKSPACE, 'node_modules', '.bin', 'nx'), 'daemon', '--stop'],
  /** What connecting and running `true` takes in Node.js, with nothing else loaded. */
  floor: (host) => [process.execPath, FLOOR, JSON.stringify(host)],
  /** The same by OpenSSH, with nothing of the user's own settings. */
  openssh: (host) => [...sshTo(host), 'true'],
};

/** Settings of Nx: no drawing, and its daemon even where it would do without, as in containers. */
export const NX = { NX_TUI: 'false', NX_DAEMON: 'true', CI: 'false' };

/** What CI sets. */
export const NX_IN_CI = { NX_TUI: 'false', NX_DAEMON: 'false', CI: 'true' };
