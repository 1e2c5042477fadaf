import {
  runPluginCommand,
  type CommonOptions,
  type PluginCommand,
} from '../commands/plugin-command.js';
import { runOn } from '../commands/run-command.js';
import type { Execution } from './execute-command.js';

/** An executor of Nx, as far as an environment is concerned. */
export type EnvironmentExecutor<Options> = (
  options: Options,
  execution: Execution,
) => Promise<{ success: boolean }>;

/**
 * Makes the executor of a plugin's command, for its module to export as `default`. It loads the
 * environment, reports what happens, and says whether all went well.
 */
export function pluginExecutor<Section, Options extends CommonOptions>(
  command: PluginCommand<Section, Options>,
): EnvironmentExecutor<Options> {
  return async (options, { root, projectName = '' }) => {
    const code = await runOn(
      {
        name: command.name,
        load: () => Promise.resolve((run) => runPluginCommand(run, command, options)),
      },
      { workspace: root, environment: projectName },
      options,
    );
    return { success: code === 0 };
  };
}
