import type { Host } from '@fairness-deploy/core';
import { chooseHost, type Run } from '@fairness-deploy/core/commands';
import type { Section } from '../section/section.js';
import { serverHost } from '../connection/server-host.js';
import type { HostOptions } from './database-commands.js';

/** The section of an environment that has the command. */
export function sectionOf({ environment }: Pick<Run, 'environment'>): Section {
  // Sound: the plugin's own schema returned it.
  return environment.sections['postgres'] as Section;
}

/**
 * The host that a command works on: by default the one that runs the server, else the first one, as all reach it.
 *
 * @param act up to the host, such as `open a console on`
 * @throws HintedError when no host has the name of the option.
 */
export function chosenHost(run: Run<HostOptions>, command: string, act: string): Host {
  const { hosts, environment, options } = run;
  const server = serverHost(sectionOf(run), environment);
  return chooseHost(run, {
    ...{ act, named: options.host },
    preferred: hosts.find(({ name }) => name === server?.name) ?? hosts[0],
    withOption: (option) => `npx nx run ${environment.name}:${command} ${option}`,
  });
}
