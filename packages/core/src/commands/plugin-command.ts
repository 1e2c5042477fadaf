import type { Environment } from '../inventory/environment.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { Connection } from '@fairness-deploy/shell';
import { onEachHost, type HostEnd } from './on-hosts.js';
import type { CommandOptions, ExitCode, Run } from './run.js';

/** What can be said to every command of a plugin. */
export type CommonOptions = Pick<CommandOptions, 'limit' | 'json'>;

/** A host that a plugin's command works on. */
export interface CommandContext<Section, Options> extends PluginContext<Section> {
  readonly options: Options;
  readonly connection: Connection;
  /** Tells people something about the host: a line, or several. */
  readonly say: (text: string) => void;
}

/**
 * What a plugin can be told to do besides what all environments can, such as `maintenance`.
 * Its executor is `pluginExecutor(command)`, and `fairness-deploy <name> <environment>` runs
 * that too.
 */
export interface PluginCommand<Section, Options extends CommonOptions> {
  /** That of its target and of its executor. */
  readonly name: string;
  /** The plugin's: only environments that have it have the command. */
  readonly section: string;
  /**
   * Whether it goes on when secrets are missing or can't be opened, as it is needed then too. What
   * a host prints isn't masked then, and revealing a secret fails. False unless given.
   */
  readonly withoutSecrets?: boolean;
  /**
   * What is wrong with the options, before anything is contacted.
   *
   * @throws Error that says so.
   */
  check?(options: Options, environment: Environment): void;
  /**
   * Does it on one host; the others are worked on side by side.
   *
   * @returns how it ended, which is reported
   * @throws Error when it failed, which is reported and doesn't stop the others.
   */
  run(context: CommandContext<Section, Options>): Promise<HostEnd>;
}

/** Runs a plugin's command on all hosts of an environment. */
export async function runPluginCommand<Section, Options extends CommonOptions>(
  run: Run,
  command: PluginCommand<Section, Options>,
  options: Options,
): Promise<ExitCode> {
  const { environment } = run;
  if (!(command.section in environment.sections)) {
    throw new Error(
      `Cannot run ${command.name} on ${environment.name}: it has no section "${command.section}"`,
    );
  }
  command.check?.(options, environment);
  // Sound: it is what the plugin's own schema returned.
  const section = environment.sections[command.section] as Section;
  return onEachHost(run, ({ host, connection }) =>
    command.run({
      ...{ environment, host, section, options, connection },
      say: (text) => {
        run.reporter.report({ type: 'notice', host: host.name, text });
      },
    }),
  );
}
