import type { Environment, UnopenedEnvironment } from '@fairness-deploy/core';
import { urlsOf, type Run } from '@fairness-deploy/core/commands';
import { quote } from '@fairness-deploy/shell/text';
import type { RunningHost } from '../hosts/stage-driver.js';
import { DEFAULT_USER, type BootedHosts } from '../stage/stage.js';
import type { RehearsalEnd } from './describe-end.js';
import type { RehearseOptions } from './options.js';

/** How far a rehearsal came. */
export interface Progress {
  readonly success: boolean;
  /** Undefined: not all hosts have started. */
  readonly booted?: BootedHosts | undefined;
  /** The environment on the hosts; undefined: they are not ready for it. */
  readonly run?: Run<RehearseOptions> | undefined;
  /** The PEM file of the CA's root, once the CA runs. */
  readonly root?: string | undefined;
}

/** How a rehearsal has ended: where its hosts and sites are, and what was left out. */
export function endOf(
  { environment, plugins, wanted }: UnopenedEnvironment,
  { keep = false, withSecrets = false }: Pick<RehearseOptions, 'keep' | 'withSecrets'>,
  { success, booted, run, root }: Progress,
): RehearsalEnd {
  const running = [...(booted?.hosts ?? [])];
  return {
    ...{ environment: environment.name, success, isKept: keep && booted !== undefined },
    hosts: running.map(([name, host]) => {
      // Before a host is ready, only root logs in.
      const user = run && environment.hosts.find((one) => one.name === name)?.user;
      return { name, login: loginTo(host, user ?? DEFAULT_USER) };
    }),
    answering: run ? answeringOn(run, booted) : [],
    root,
    leftOut: [
      ...plugins.flatMap(
        ({ section, rehearsal }) => rehearsal?.leavesOut?.(environment.sections[section]) ?? [],
      ),
      ...(withSecrets ? [] : leftOutByStandIns(environment.name, wanted)),
      ...leftOutOf(environment),
    ],
  };
}

function answeringOn(run: Run, booted: BootedHosts | undefined): RehearsalEnd['answering'] {
  return run.environment.hosts.flatMap((host) => {
    const { login } = booted?.hosts.get(host.name) ?? {};
    const { address = host.address, publishedPorts = {} } = login ?? {};
    return urlsOf(run, host, { address, publishedPorts }).map((url) => ({ url, address }));
  });
}

function leftOutByStandIns(
  environment: string,
  wanted: UnopenedEnvironment['wanted'],
): readonly string[] {
  const names = wanted.filter(({ deprecated }) => !deprecated).map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    'services that the application reaches with its real secrets: it has stand-ins',
    `whether there are the secrets ${names.join(', ')}: npx nx run ${environment}:secrets-check`,
  ];
}

/** What no rehearsal has, whatever the plugins replace. */
function leftOutOf({ application, hosts }: Environment): readonly string[] {
  const moved = hosts.filter(({ port = 22 }) => port !== 22);
  const unnamed = hosts.filter(({ user }) => user === undefined).map(({ name }) => name);
  return [
    ...(application
      ? [
          'real mail: whether it is sent, and whether it arrives',
          'services that plain variables or hooks on the hosts name: hosts with an open network reach the real ones',
        ]
      : []),
    ...(unnamed.length === 0
      ? []
      : [
          `the login on ${unnamed.join(', ')} and its sudo: the file names no user, so ${DEFAULT_USER} logs in`,
        ]),
    ...moved.map(
      ({ name, port }) =>
        `the login on ${name} by port ${String(port)}: the disposable host keeps port 22, and is reached by it`,
    ),
    'the real hosts: their size, their network, and what is on them already',
  ];
}

/** A line to paste. It uses nothing of the user's ssh_config, where a jump host of prod may be. */
function loginTo({ login }: RunningHost, user: string): string {
  const { address, port, identityFile, knownHostsFile } = login;
  return [
    ...['ssh', '-F', '/dev/null', '-i', identityFile, '-o', 'IdentitiesOnly=yes'],
    ...['-o', 'StrictHostKeyChecking=yes'],
    // ssh_config(5): several files are separated by spaces, and '%' begins a token.
    ...['-o', `UserKnownHostsFile="${knownHostsFile.replaceAll('%', '%%')}"`],
    ...(port === 22 ? [] : ['-p', String(port)]),
    `${user}@${address}`,
  ]
    .map(quote)
    .join(' ');
}
