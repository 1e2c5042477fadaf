import { readFileSync } from 'node:fs';
import { z } from '@fairness-deploy/core';
import { query } from '../system/command.js';
import { failureOf } from '@fairness-deploy/shell/text';
import { askFor, type EngineName } from './ask.js';

/** A container engine of this machine that answers. */
export interface Engine {
  readonly program: EngineName;
  /** For people: `Podman 5.4.2`. */
  readonly title: string;
  /** What its `create` needs so that a host's systemd can run. */
  readonly createOptions: readonly string[];
  /** What comes before the name of a command, for those that start processes. */
  readonly globalOptions: readonly string[];
}

/** Podman first: it needs no daemon, and often no root. */
export async function findEngine(): Promise<Engine | undefined> {
  return (await podman().catch(() => undefined)) ?? (await docker().catch(() => undefined));
}

/** Why there is no engine, a line each; empty: there is one. */
export async function engineProblems(): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const engine of [podman, docker]) {
    try {
      await engine();
      return [];
    } catch (error) {
      failures.push(failureOf(error).message);
    }
  }
  return failures;
}

/**
 * With the machine's own namespace of control groups 1, a host's systemd mounts hierarchies that the
 * machine doesn't have. They come and go with the host, and others that boot then may fail.
 */
const OWN_CGROUPS = '--cgroupns=private';

// https://docs.podman.io/en/latest/markdown/podman-info.1.html
const podmanInfo = z.object({
  host: z.object({
    cgroupVersion: z.string(),
    ociRuntime: z.object({ name: z.string() }),
    serviceIsRemote: z.boolean(),
  }),
  version: z.object({ Version: z.string() }),
});

/** @throws HintedError when it isn't installed, or doesn't work for this user. */
async function podman(): Promise<Engine> {
  const { host, version } = await askFor(podmanInfo, 'podman', ['info', '--format', 'json'], 30);
  const old = host.cgroupVersion === 'v1' && host.ociRuntime.name === 'crun';
  // crun starts no systemd on the hierarchies of control groups 1; runc does.
  const runc = old ? await query('sh', ['-c', 'command -v runc']) : undefined;
  return {
    program: 'podman',
    title: `Podman ${version.Version}`,
    createOptions: [
      // It would copy this machine's /etc/hosts, with names that mean something else in a host.
      ...['--privileged', '--systemd=always', '--no-hosts', OWN_CGROUPS],
      ...(host.serviceIsRemote ? [] : ownLimits()),
    ],
    globalOptions: runc === undefined ? [] : ['--runtime', runc.trim()],
  };
}

/** Podman asks for limits that this process may be too limited to give. */
function ownLimits(): readonly string[] {
  const text = readText('/proc/self/limits');
  const most = (name: string): number =>
    Number(new RegExp(`^${name} +\\S+ +(\\d+)`, 'm').exec(text)?.[1] ?? Infinity);
  const limits = {
    nofile: most('Max open files'),
    // The kernel allows no more processes than it has numbers for.
    nproc: Math.min(
      most('Max processes'),
      Number(readText('/proc/sys/kernel/pid_max') || Infinity),
    ),
  };
  return Object.entries(limits).flatMap(([name, limit]) =>
    // 1048576 is the default (containers.conf(5), `default_ulimits`).
    limit < 1_048_576 ? ['--ulimit', `${name}=${String(limit)}:${String(limit)}`] : [],
  );
}

// https://docs.docker.com/reference/cli/docker/version/ and …/system/info/
const dockerVersion = z.object({ Server: z.object({ Version: z.string() }) });

/** @throws HintedError when it isn't installed, or its daemon doesn't answer this user. */
async function docker(): Promise<Engine> {
  const question = ['version', '--format', '{{json .}}'];
  const { Server } = await askFor(dockerVersion, 'docker', question, 30);
  return {
    program: 'docker',
    title: `Docker ${Server.Version}`,
    createOptions: [
      ...['--privileged', OWN_CGROUPS],
      // systemd's own conditions for containers: https://systemd.io/CONTAINER_INTERFACE
      ...['--tmpfs', '/run', '--tmpfs', '/run/lock', '--env', 'container=docker'],
    ],
    globalOptions: [],
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
