import type { UnopenedEnvironment } from '@fairness-deploy/core';
import { urlsOf, type Run } from '@fairness-deploy/core/commands';
import type { Target } from '@fairness-deploy/shell';
import type { SetStage } from '../stage/stage.js';
import type { RehearsalEnd } from './describe-end.js';
import type { RehearseOptions } from './options.js';

/** How a rehearsal has ended: where its hosts and sites are, and what was left out. */
export function endOf(
  run: Run<RehearseOptions>,
  { stage, targets, issuedRootFile }: SetStage,
  of: {
    readonly unopened: UnopenedEnvironment;
    readonly success: boolean;
    readonly isKept: boolean;
    readonly withSecrets: boolean | undefined;
  },
): RehearsalEnd {
  const { environment, plugins } = of.unopened;
  return {
    ...{ environment: environment.name, success: of.success, isKept: of.isKept },
    hosts: stage.hosts.map(({ name, user }) => ({
      name,
      login: loginTo({ user, ...targets.get(name) }),
    })),
    answering: run.environment.hosts.flatMap((host) => {
      const { address = host.address, publishedPorts = {} } = targets.get(host.name) ?? {};
      return urlsOf(run, host, { address, publishedPorts }).map((url) => ({ url, address }));
    }),
    root: issuedRootFile,
    leftOut: [
      ...plugins.flatMap(
        ({ section, rehearsal }) => rehearsal?.leavesOut?.(environment.sections[section]) ?? [],
      ),
      ...(of.withSecrets
        ? []
        : ['the real secrets: what the application reaches with them answers stand-ins']),
      'the real hosts: their size, their network, and what is on them already',
    ],
  };
}

function loginTo({ address = '', port = 22, user = '', ...files }: Partial<Target>): string {
  const { identityFile = '', knownHostsFile = '' } = files;
  return [
    ...['ssh', '-i', identityFile, '-o', `UserKnownHostsFile=${knownHostsFile}`],
    ...(port === 22 ? [] : ['-p', String(port)]),
    `${user}@${address}`,
  ].join(' ');
}
