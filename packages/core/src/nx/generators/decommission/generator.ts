import { EnvironmentError, NAME_PATTERN, quoteText } from '@fairness-deploy/environment-file';
import { HintedError, inOneMessage } from '@fairness-deploy/shell/text';
import { logger, visitNotIgnoredFiles, type Tree } from '@nx/devkit';
import { PluginError } from '../../../plugin/plugin-error.js';
import { loadUnopened } from '../environment/load-unopened.js';
import { updateEnvironmentsPage } from '../environments-page/update-page.js';
import { referencesOf, type References } from './references.js';

export interface DecommissionOptions {
  readonly name: string;
  /** Whether its hosts have nothing of it any more. */
  readonly removedFromHosts?: boolean;
}

/**
 * Removes an environment's files, and its rows on the page of environments. Says what is left for people.
 *
 * @throws Error when its hosts may still have it, or another environment needs its file.
 */
export default async function decommission(
  tree: Tree,
  { name, removedFromHosts = false }: DecommissionOptions,
): Promise<void> {
  const folder = `environments/${name}`;
  try {
    if (!NAME_PATTERN.test(name)) {
      throw new Error(
        `Cannot remove the environment ${quoteText(name)}: expected the name of a folder in environments/`,
      );
    }
    if (!tree.exists(folder)) {
      logger.info(`There is no ${folder}.`);
      await updateEnvironmentsPage(tree);
      return;
    }
    const references = referencesOf(tree, name);
    refuseIfNeeded(name, references);
    if (!removedFromHosts) {
      throw new HintedError(
        `Cannot remove the files of ${name}: its hosts may still have it, and a generator connects to no host`,
        {
          hint: `npx nx run ${name}:decommission\nthen: npx nx g @fairness-deploy/core:decommission ${name} --removed-from-hosts`,
        },
      );
    }
    const resources = await resourcesOf(tree, name);
    const files: string[] = [];
    visitNotIgnoredFiles(tree, folder, (path) => void files.push(path));
    for (const path of files) tree.delete(path);
    const kept = tree.exists(folder) ? tree.children(folder) : [];
    await updateEnvironmentsPage(tree);
    // At once, as a dry run calls nothing afterwards.
    logger.info(summary(tree, name, { resources, kept, references }));
  } catch (error) {
    throw inOneMessage(error);
  }
}

function refuseIfNeeded(name: string, { dependents }: References): void {
  if (dependents.length === 0) return;
  throw new HintedError(
    `Cannot remove the files of ${name}: ${dependents.join(', ')} extends its environment.yaml`,
    { hint: 'move what they share into a file of environments/, and let them extend that' },
  );
}

type Resources = Readonly<Record<string, string>> | undefined;

/** An environment that can't be loaded any more can go as well. */
async function resourcesOf(tree: Tree, name: string): Promise<Resources> {
  try {
    return (await loadUnopened(tree, name)).environment.resources ?? {};
  } catch (error) {
    if (!(error instanceof EnvironmentError) && !(error instanceof PluginError)) throw error;
    return undefined;
  }
}

interface Rest {
  readonly resources: Resources;
  readonly kept: readonly string[];
  readonly references: References;
}

function summary(tree: Tree, name: string, { resources, kept, references }: Rest): string {
  const ci = [`.github/workflows/deploy-${name}.yml`, `.gitlab/deploy-${name}.yml`].filter((file) =>
    tree.exists(file),
  );
  const listed = Object.entries(resources ?? {}).map(([what, where]) => `  ${what}: ${where}`);
  return [
    '',
    `The files of ${name} are removed.`,
    ...(resources === undefined
      ? [`Its files could not be loaded, so its computing resources are not known: look them up.`]
      : listed.length === 0
        ? ['It names no computing resources (resources): its machines may still cost money.']
        : ['Only you can remove these:', ...listed]),
    ...(kept.length === 0
      ? []
      : [
          `git ignores these, so they stay in environments/${name}: ${kept.join(', ')}. They may open old backups and old secrets.`,
        ]),
    ...references.orphans.map(
      (file) =>
        `No environment extends ${file} any more: remove it, too, if it is not for a new one.`,
    ),
    ...references.shared.map((file) => `${file} stays: other environments extend it.`),
    ...ci.map((file) => `${file} still deploys it: remove that, and its secrets at the CI.`),
    'The secrets are still in the history of git: revoke the keys and passwords that other systems gave.',
  ].join('\n');
}
