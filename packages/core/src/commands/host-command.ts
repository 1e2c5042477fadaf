import type { Connection } from '@fairness-deploy/shell';
import type { PluginContext } from '../plugin/plugin.js';
import { onEachHost, type HostEnd } from './on-hosts.js';
import { contextOf, type CommonOptions } from './run.js';
import type { EnvironmentCommand } from './run-command.js';

/** A host that a plugin's command works on. */
export interface CommandContext<Section, Options> extends PluginContext<Section> {
  readonly options: Options;
  readonly connection: Connection;
  /** Tells people something about the host: a line, or several. */
  readonly say: (text: string) => void;
}

/**
 * A command of a plugin that works on each host by itself, such as `maintenance`. Its executor is
 * `environmentExecutor(onHost(command))`, and `fairness-deploy <name> <environment>` runs that too.
 */
export interface HostCommand<Section, Options extends CommonOptions> extends Omit<
  EnvironmentCommand<Options>,
  'load' | 'section'
> {
  /** The plugin's: only environments that have it have the command. */
  readonly section: string;
  /**
   * Runs on one host; all hosts side by side.
   *
   * @returns how it ended, which is reported
   * @throws Error when it failed, which is reported and doesn't stop the others.
   */
  run(context: CommandContext<Section, Options>): Promise<HostEnd>;
}

/** Runs a command on each host of an environment. */
export function onHost<Section, Options extends CommonOptions>(
  command: HostCommand<Section, Options>,
): EnvironmentCommand<Options> {
  const { section } = command;
  return {
    ...command,
    load: () =>
      Promise.resolve((run) =>
        onEachHost(run, ({ host, connection }) =>
          command.run({
            // Sound: it is what the plugin's own schema returned.
            ...(contextOf(run, { section }, host) as PluginContext<Section>),
            ...{ options: run.options, connection },
            say: (text) => {
              run.reporter.report({ type: 'notice', host: host.name, text });
            },
          }),
        ),
      ),
  };
}
