import { spawn } from 'node:child_process';
import { systemPath } from '../command.js';
import type { SandboxHost } from '../host/sandbox-host.js';
import { SandboxError } from '../sandbox-error.js';
import { hostsOf } from './down.js';

/**
 * The host that is meant: the one named, or the only one.
 * @throws SandboxError when there is none, or several and none is named.
 */
export function chooseHost(environment: string, workspace: string, name?: string): SandboxHost {
  const hosts = hostsOf(environment, workspace).filter(({ status }) => status === 'running');
  const names = hosts.map((host) => host.name.slice(0, -environment.length - 1));
  const index = name === undefined ? 0 : names.indexOf(name);
  const host = hosts[index];
  if (host !== undefined && (name !== undefined || hosts.length === 1)) return host;
  throw new SandboxError(
    `Cannot open ssh to ${name === undefined ? 'a host' : `host '${name}'`} of '${environment}': ${
      names.length === 0 ? 'none is up' : `there are ${names.join(', ')}`
    }`,
    names.length === 0
      ? `npx nx run ${environment}:up`
      : `npx nx run ${environment}:ssh --host=${names[0] ?? ''}`,
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
 * The command among what Nx hands over unparsed: its own options stand in front of it, whether or
 * not a `--` parted them.
 */
export function remoteWords(unparsed: readonly string[]): readonly string[] {
  const [first = '', ...rest] = unparsed;
  if (/^--(host|command)=/.test(first)) return remoteWords(rest);
  if (/^--(host|command)$/.test(first)) return remoteWords(rest.slice(1));
  return unparsed;
}

/** Runs OpenSSH on this terminal and resolves to its exit status. */
export function ssh(host: SandboxHost, command: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', sshArguments(host, command), {
      stdio: 'inherit',
      env: { ...process.env, PATH: systemPath },
    });
    child.once('error', (cause) => {
      reject(new SandboxError('Cannot run ssh', 'apt-get install -y openssh-client', { cause }));
    });
    child.once('close', (code) => {
      resolve(code ?? 255);
    });
  });
}
