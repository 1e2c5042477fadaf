import {
  runPluginCommand,
  type CommonOptions,
  type PluginCommand,
} from '../../commands/plugin-command.js';
import { runOn } from '../../commands/run-command.js';
import { executorEnd, type EnvironmentExecutor } from './environment-executor.js';

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
        withoutSecrets: command.withoutSecrets ?? false,
        load: () => Promise.resolve((run) => runPluginCommand(run, command, options)),
      },
      { workspace: root, environment: projectName },
      options,
    );
    return executorEnd(code);
  };
}
