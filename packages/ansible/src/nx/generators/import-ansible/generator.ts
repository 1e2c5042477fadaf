import { plain } from '@fairness-deploy/environment-file';
import { inOneMessage, quote } from '@fairness-deploy/shell/text';
import { formatFiles, logger, type GeneratorCallback, type Tree } from '@nx/devkit';
import { importAnsible, type Import, type ImportOptions } from '../../../write/import-ansible.js';
import { findingsForTerminal } from '../../../write/report.js';

/**
 * Imports an Ansible set-up into the workspace. Secrets are written encrypted, and neither they nor the
 * encrypted files are shown.
 *
 * @throws Error when the set-up can't be read, before anything is written.
 */
export default async function importAnsibleGenerator(
  tree: Tree,
  options: ImportOptions,
): Promise<GeneratorCallback> {
  let imported: Import;
  try {
    imported = await importAnsible(options, {
      root: tree.root,
      read: (path) => tree.read(path, 'utf8') ?? undefined,
      hasSection: (section) => namesPlugin(tree, section),
    });
  } catch (error) {
    throw inOneMessage(error);
  }
  const isSecret = (path: string): boolean => path.endsWith('/secrets.yaml');
  for (const { path, content } of imported.files) if (!isSecret(path)) tree.write(path, content);
  await formatFiles(tree);
  // After it: a formatter would fold the lines of an encrypted text.
  for (const { path, content } of imported.files) if (isSecret(path)) tree.write(path, content);
  // At once, as a dry run calls nothing afterwards.
  logger.info(summary(imported));
  return () => {
    logger.info(nextSteps(imported));
  };
}

/** Whether nx.json names our package for a section. */
function namesPlugin(tree: Tree, section: string): boolean {
  return (tree.read('nx.json', 'utf8') ?? '').includes(`"@fairness-deploy/${section}/plugin"`);
}

function summary({ findings, kept, environments, application, files }: Import): string {
  const report = files.find(({ path }) => path.endsWith('.import.md'))?.path;
  const list = findingsForTerminal(findings);
  return [
    '',
    environments.length === 0
      ? 'Nothing is written: all of its environments are there already.'
      : `Environments of ${application}: ${environments.join(', ')}`,
    ...(kept.length === 0
      ? []
      : [`Left as they are (--overwrite replaces them): ${kept.join(', ')}`]),
    ...(list === '' ? [] : ['', list]),
    ...(report === undefined ? [] : ['', `The same list is in ${report}.`]),
  ].join('\n');
}

function nextSteps({ environments, passwords, files }: Import): string {
  const [name] = environments;
  if (name === undefined || files.length === 0) return '';
  const steps = [
    ...passwords.map(({ file, from }) =>
      from.startsWith('/')
        ? `install -m 600 ${quote(plain(from))} ${file}   # the password of the secrets; git must ignore it`
        : `touch ${file} && chmod 600 ${file}   # and write the password of the secrets into it`,
    ),
    'npx nx g @fairness-deploy/secrets:init   # git ignores passwords, and compares secrets',
    `npx nx run ${name}:secrets-check`,
    'npx nx sync                           # the page of environments, where there is one',
    `npx nx run ${name}:ping                  # can we reach it?`,
    `npx nx run ${name}:plan                  # what would change?`,
  ];
  return ['', 'Next:', ...steps.map((step) => `  ${step}`)].join('\n');
}
