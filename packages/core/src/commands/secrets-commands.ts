import { placeOf } from '@fairness-deploy/secrets';
import type {
  CheckOptions,
  EditOptions,
  RekeyOptions,
  Session,
  SetOptions,
  ShowOptions,
} from '@fairness-deploy/secrets/commands';
import type { CommonOptions } from '../runner/run.js';
import type { LocalCommand } from '../runner/run-command.js';

/**
 * The commands on an environment's secrets. They read its section `secrets` alone, so that secrets can
 * be put right while other things are wrong in its files.
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

/** @param load the work, which says whether all is well. */
function onSecrets<Options>(
  name: string,
  load: () => Promise<(session: Session, options: Options) => Promise<boolean>>,
): LocalCommand<CommonOptions & Options> {
  return {
    name,
    load: async () => {
      const [{ openSession }, work] = await Promise.all([secrets(), load()]);
      return async ({ place, options, reporter, started }) => {
        const session = openSession(placeOf(place.workspace, place.environment), {
          say: (text, data) => {
            reporter.report(data ? { type: 'plugin', data, text } : { type: 'notice', text });
          },
          warn: (text) => {
            reporter.report({ type: 'notice', text });
          },
        });
        started();
        return (await work(session, options)) ? 0 : 1;
      };
    },
  };
}
