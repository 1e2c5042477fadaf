import { spawn } from 'node:child_process';
import { childEnvironment } from '@fairness-deploy/shell/client';
import {
  frontOptions,
  type CommonOptions,
  type GivenOptions,
  type LocalRun,
} from '@fairness-deploy/core/commands';
import { systemPath } from '../system/command.js';
import type { SandboxHost } from '../driver/sandbox-host.js';
import { hostsOf } from '../drivers.js';
import { HintedError } from '@fairness-deploy/shell/text';

/** The host and the command for ssh. */
export interface SshRequest {
  /** The host, when there are several. */
  readonly host?: string;
  /** The command to run there instead of a shell. */
  readonly words: readonly string[];
}

/** What the command takes. */
export interface SshCommandOptions extends CommonOptions {
  readonly request: SshRequest;
}

const KNOWN = { host: 'text', command: 'text' } as const;

/** An executor's options, as Nx or `fairness-deploy` passes them. */
export type SshOptions = GivenOptions<typeof KNOWN>;

/** Separates our own options from the command to run: see frontOptions(). */
export function sshRequest(given: SshOptions): SshRequest {
  const { options, words } = frontOptions(given, KNOWN);
  const { host, command } = options;
  return {
    ...(host === undefined ? {} : { host }),
    words: command === undefined ? words : [command],
  };
}

/**
 * The named host, or the only one.
 * @throws HintedError when there is none, or several and none is named.
 */
async function chooseHost(
  environment: string,
  workspace: string,
  { host: wanted, words }: SshRequest,
): Promise<SandboxHost> {
  const all = await hostsOf(environment, workspace);
  const hosts = [...all].filter(([, host]) => host.status === 'running');
  const names = hosts.map(([name]) => name);
  const found = hosts[wanted === undefined ? 0 : names.indexOf(wanted)];
  if (found !== undefined && (wanted !== undefined || hosts.length === 1)) return found[1];
  throw new HintedError(
    `Cannot open ssh to ${wanted === undefined ? 'a host' : `host "${wanted}"`} of "${environment}": ${
      names.length === 0 ? 'none is up' : `there are ${names.join(', ')}`
    }`,
    {
      hint:
        names.length === 0
          ? `npx nx run ${environment}:up`
          : // Nx drops what stands in front of `--`.
            ['npx nx run', `${environment}:ssh --`, `--host=${names[0] ?? ''}`, ...words].join(' '),
    },
  );
}

/** OpenSSH's arguments for a host; nothing of the user's own configuration is used. */
export function sshArguments(
  host: SandboxHost,
  command: readonly string[] = [],
): readonly string[] {
  return [
    ...['-F', '/dev/null', '-i', host.identityFile, '-p', String(host.port)],
    ...['-o', 'IdentitiesOnly=yes', '-o', 'StrictHostKeyChecking=yes'],
    ...['-o', `UserKnownHostsFile=${host.knownHostsFile}`, '-o', 'GlobalKnownHostsFile=/dev/null'],
    `${host.user}@${host.address}`,
    ...(command.length === 0 ? [] : ['--', ...command]),
  ];
}

/**
 * Opens a shell on a host of an environment's sandbox, or runs a command there, on this terminal.
 * @returns its exit status.
 * @throws as {@link chooseHost} does, and EnvironmentError where there is no such environment.
 */
export async function ssh(run: LocalRun<SshCommandOptions>): Promise<number> {
  const { place, options } = run;
  // There may be no such environment, or none with a sandbox.
  if ((await hostsOf(place.environment, place.workspace)).size === 0) await run.load();
  const { request } = options;
  return openSsh(await chooseHost(place.environment, place.workspace, request), request.words);
}

function openSsh(host: SandboxHost, command: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', sshArguments(host, command), {
      stdio: 'inherit',
      env: { ...childEnvironment(), PATH: systemPath },
    });
    child.once('error', (cause) => {
      reject(
        new HintedError('Cannot run ssh', { hint: 'apt-get install -y openssh-client', cause }),
      );
    });
    child.once('close', (code) => {
      resolve(code ?? 255);
    });
  });
}
