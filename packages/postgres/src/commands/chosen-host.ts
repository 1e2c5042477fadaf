import type { Host } from '@fairness-deploy/core';
import type { Run } from '@fairness-deploy/core/commands';
import { HintedError } from '@fairness-deploy/shell/text';
import type { Section } from '../section/section.js';
import { serverHost } from '../connection/server-host.js';
import type { HostOptions } from './database-commands.js';

/** The section of an environment that has the command. */
export function sectionOf({ environment }: Pick<Run, 'environment'>): Section {
  // Sound: the plugin's own schema returned it.
  return environment.sections['postgres'] as Section;
}

/** @throws HintedError when no host has the name of the option. */
export function chosenHost(run: Run<HostOptions>): Host {
  const { hosts, environment, options } = run;
  const name = options.host ?? serverHost(sectionOf(run), environment)?.name;
  const found = hosts.find((host) => host.name === name);
  if (found) return found;
  if (options.host === undefined && hosts[0]) return hosts[0];
  throw new HintedError(
    `Cannot use the host "${name ?? ''}": no host of ${environment.name} with a database has that name`,
    { hint: `there are: ${hosts.map((host) => `--host ${host.name}`).join(', ')}` },
  );
}
