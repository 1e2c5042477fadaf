import { placeOf } from '@fairness-deploy/secrets';
import type {
  CheckOptions,
  EditOptions,
  RekeyOptions,
  Session,
  SetOptions,
  ShowOptions,
  Voice,
} from '@fairness-deploy/secrets/commands';
import type { CommonOptions } from '../runner/run.js';
import { EnvironmentError } from '@fairness-deploy/environment-file';
import type { NeededSecret } from '../plugin/plugin.js';
import { PluginError } from '../plugin/plugin-error.js';
import type { LocalCommand, LocalRun } from '../runner/run-command.js';

/**
 * The commands on an environment's secrets. They work also while other parts of its files are wrong, so
 * that secrets can be corrected then.
 */
export const SECRETS_COMMANDS = {
  secrets: onSecrets<EditOptions>('secrets', async () => (await secrets()).editSecrets),
  'secrets-show': {
    ...onSecrets<ShowOptions>('secrets-show', async () => (await secrets()).showSecrets),
    ownsOutput: ({ reveal = false }: ShowOptions) => reveal,
  },
  'secrets-set': onSecrets<SetOptions>('secrets-set', async () => (await secrets()).setSecret),
  'secrets-check': onSecrets<CheckOptions>(
    'secrets-check',
    async () => (await secrets()).checkSecrets,
  ),
  'secrets-rekey': onSecrets<RekeyOptions>(
    'secrets-rekey',
    async () => (await secrets()).rekeySecrets,
  ),
} as const;

function secrets() {
  return import('@fairness-deploy/secrets/commands');
}

/** @param load loads the work, which returns whether it succeeded. */
function onSecrets<Options>(
  name: string,
  load: () => Promise<(session: Session, options: Options) => Promise<boolean>>,
): LocalCommand<CommonOptions & Options> {
  return {
    name,
    // The commands open the file themselves.
    withoutSecrets: 'unread',
    load: async () => {
      const [{ openSession }, work] = await Promise.all([secrets(), load()]);
      return async (run) => {
        const { place, options, reporter, started } = run;
        const voice: Voice = {
          say: (text, data) => {
            reporter.report(data ? { type: 'plugin', data, text } : { type: 'notice', text });
          },
          warn: (text) => {
            reporter.report({ type: 'notice', text });
          },
        };
        const session = await openSession(placeOf(place.workspace, place.environment), voice, () =>
          neededSecrets(run),
        );
        started();
        return (await work(session, options)) ? 0 : 1;
      };
    },
  };
}

/** What the environment's plugins need; undefined where its files have errors, which `plan` reports. */
async function neededSecrets({
  load,
}: LocalRun<CommonOptions>): Promise<readonly NeededSecret[] | undefined> {
  try {
    const { environment, plugins } = await load();
    return plugins.flatMap(
      (plugin) => plugin.secrets?.(environment.sections[plugin.section]) ?? [],
    );
  } catch (error) {
    if (error instanceof EnvironmentError || error instanceof PluginError) return undefined;
    throw error;
  }
}
