import { ENVIRONMENT_FILE, EnvironmentError } from '@fairness-deploy/environment-file';
import { placeOf } from '@fairness-deploy/secrets';
import { rememberKeyOf } from '@fairness-deploy/secrets/commands';
import { describeFailure, inOneMessage } from '@fairness-deploy/shell/text';
import { formatFiles, logger, readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { PluginError } from '../../../plugin/plugin-error.js';
import { ask } from '../../../runner/approve.js';
import { updateEnvironmentsPage } from '../environments-page/update-page.js';
import { askOptions, canAsk } from './ask-options.js';
import { checkOptions } from './check-options.js';
import type { UnopenedEnvironment } from '../../../environment/load-without-secrets.js';
import { loadUnopened } from './load-unopened.js';
import { makeFiles } from './make-files.js';
import { makeSecrets } from './make-secrets.js';
import { nextSteps } from './next-steps.js';
import { asTyped, type EnvironmentOptions } from './options.js';
import { sharedFiles } from './shared-file.js';
import { writeJsonSchema } from './write-json-schema.js';

/**
 * Adds an environment with its secrets, or completes one: an existing file is left as it is. No value of a
 * secret is shown.
 *
 * @throws Error when an option can't be used, before anything is written.
 */
export default async function environment(
  tree: Tree,
  typed: EnvironmentOptions,
): Promise<GeneratorCallback> {
  const given = asTyped(typed);
  const file = `environments/${given.name}/${ENVIRONMENT_FILE}`;
  const isNew = !tree.exists(file);
  try {
    checkOptions(given);
    const isAsking = canAsk(process.argv, process.env, process.stdin.isTTY && process.stdout.isTTY);
    const options = isNew && isAsking ? await askOptions(given, sharedFiles(tree), ask) : given;
    checkOptions(options);
    const said = isNew
      ? [`${file} is written.`, ...(await makeFiles(tree, options))]
      : [`${file} was there already and is left as it is.`];
    writeJsonSchema(tree);
    await formatFiles(tree);
    const loaded = await loadIfWhole(tree, options.name, said);
    await updateEnvironmentsPage(tree);
    if (!loaded) return finish([...said]);
    const isDryRun = process.argv.some((word) => /^(?:--dry-?[rR]un(?:=true)?|-d)$/.test(word));
    const secrets = await makeSecrets(tree, loaded, options, isAsking && !isDryRun);
    const { text } = secrets;
    // After the formatter, which would fold the lines of an encrypted text.
    if (text !== undefined) tree.write(secrets.file, text);
    const next =
      isNew || text !== undefined
        ? [nextSteps(loaded.environment, file, { ...secrets, canRehearse: hasRehearsals(tree) })]
        : [];
    return finish([...said, ...secrets.said, ...next], () => {
      if (text !== undefined) rememberKeyOf(placeOf(tree.root, options.name), text);
    });
  } catch (error) {
    throw inOneMessage(error);
  }
}

/** Whether the workspace has the target `rehearse`. */
function hasRehearsals(tree: Tree): boolean {
  const { plugins = [] } = readNxJson(tree) ?? {};
  return plugins.some(
    (one) => (typeof one === 'string' ? one : one.plugin) === '@fairness-deploy/rehearse/plugin',
  );
}

/** What is said comes at once, as a dry run calls nothing afterwards. */
function finish(said: readonly string[], then: () => void = () => undefined): GeneratorCallback {
  logger.info(['', ...said].join('\n'));
  return then;
}

/** An environment that somebody has written may have errors; they are shown, and its file stays. */
async function loadIfWhole(
  tree: Tree,
  name: string,
  said: string[],
): Promise<UnopenedEnvironment | undefined> {
  try {
    return await loadUnopened(tree, name);
  } catch (error) {
    if (!(error instanceof EnvironmentError) && !(error instanceof PluginError)) throw error;
    said.push(`It cannot be loaded yet, so its secrets are not known:\n${describeFailure(error)}`);
    return undefined;
  }
}
