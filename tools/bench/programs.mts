import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SandboxHost } from '@fairness-deploy/sandbox';
import { build } from 'rolldown';
import { WORKSPACE } from '../install.mjs';
import { PROGRAM } from '../lab/command.mjs';
import { sshTo, type CommandLine } from '../lab/ssh.mjs';
import { OWN_SOURCES } from '../own-sources.mjs';

const NX_PROGRAM = join(WORKSPACE, 'node_modules', '.bin', 'nx');

const FLOOR = join(WORKSPACE, 'tmp', 'bench', 'floor.cjs');

/** Builds the programs that `programs` measure besides the packages: the transport alone. */
export async function buildFloor(): Promise<void> {
  await build({
    input: fileURLToPath(new URL('floor.mjs', import.meta.url)),
    platform: 'node',
    logLevel: 'warn',
    // Their sources, of which only the used parts go in.
    resolve: { alias: OWN_SOURCES },
    output: { file: FLOOR, format: 'cjs', codeSplitting: false },
  });
}

/** Makes the command line that runs a command for an environment. */
export type OurProgram = (
  environment: string,
  command: string,
  options: readonly string[],
) => CommandLine;

/** Makes the command line that only connects to a host. */
export type FloorProgram = (host: SandboxHost) => CommandLine;

/** The command lines that are measured. */
export const programs: {
  readonly engine: OurProgram;
  readonly nx: OurProgram;
  readonly stopDaemon: () => CommandLine;
  readonly floor: FloorProgram;
  readonly openssh: FloorProgram;
} = {
  /** One Node process, without Nx. */
  engine: (environment, command, options) => [
    process.execPath,
    ...[PROGRAM, command, environment],
    ...options,
  ],
  nx: (environment, command, options) => [
    NX_PROGRAM,
    ...['run', `${environment}:${command}`],
    ...options,
  ],
  stopDaemon: () => [NX_PROGRAM, 'daemon', '--stop'],
  /** What connecting and running `true` takes in Node.js, with nothing else loaded. */
  floor: ({ address, port, user, identityFile, knownHostsFile }) => [
    process.execPath,
    ...[FLOOR, address, String(port), user, identityFile, knownHostsFile],
  ],
  /** The same by OpenSSH, with nothing of the user's own settings. */
  openssh: (host) => [...sshTo(host), 'true'],
};

/** Settings of Nx: no drawing, and its daemon even where it would do without, as in containers. */
export const NX = { NX_TUI: 'false', NX_DAEMON: 'true', CI: 'false' };

/** What CI sets. */
export const NX_IN_CI = { NX_TUI: 'false', NX_DAEMON: 'false', CI: 'true' };
