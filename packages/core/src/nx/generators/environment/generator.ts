import { inOneMessage } from '@fairness-deploy/shell/text';
import { formatFiles, logger, type GeneratorCallback, type Tree } from '@nx/devkit';
import { ENVIRONMENT_FILE } from '@fairness-deploy/environment-file';
import { checkOptions, type EnvironmentOptions } from './check-options.js';
import { environmentYaml } from './environment-yaml.js';
import { sharedFile } from './shared-file.js';
import { writeJsonSchema } from './write-json-schema.js';

/**
 * Adds an environment, or completes one: an existing file is left as it is.
 *
 * @throws Error when an option can't be used, before anything is written.
 */
export default async function environment(
  tree: Tree,
  options: EnvironmentOptions,
): Promise<GeneratorCallback> {
  const file = `environments/${options.name}/${ENVIRONMENT_FILE}`;
  const isNew = !tree.exists(file);
  try {
    checkOptions(options);
    if (isNew) tree.write(file, environmentYaml(options, sharedFile(tree, options.extends)));
    writeJsonSchema(tree);
  } catch (error) {
    throw inOneMessage(error);
  }
  await formatFiles(tree);
  return () => {
    logger.info(nextSteps(options, file, isNew));
  };
}

function nextSteps({ name, host }: EnvironmentOptions, file: string, isNew: boolean): string {
  const steps = [
    ...(isNew && host === undefined ? [`write the host's address into ${file}`] : []),
    `npx nx run ${name}:secrets     # its secrets, where it needs any`,
    `npx nx run ${name}:ping        # can we reach it?`,
    `npx nx run ${name}:plan        # what would change?`,
    `npx nx run ${name}:provision   # set it up`,
  ];
  const done = isNew ? `${file} is written.` : `${file} was there already and is left as it is.`;
  return ['', done, 'Next:', ...steps.map((step) => `  ${step}`)].join('\n');
}
