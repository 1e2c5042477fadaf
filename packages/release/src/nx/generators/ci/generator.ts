import { inOneMessage } from '@fairness-deploy/shell/text';
import { formatFiles, logger, type Tree } from '@nx/devkit';
import { secretNames, type CiFacts } from './ci-facts.js';
import { findFacts, type CiOptions } from './find-facts.js';
import { githubFile, githubWorkflow } from './github-workflow.js';
import { GITLAB_FILE, gitlabFile, gitlabJobs, gitlabPipeline } from './gitlab-jobs.js';

/**
 * Writes the files by which a CI deploys an environment. Files that are there stay as they are.
 *
 * @throws Error when the environment can't be loaded, or deploys no releases.
 */
export default async function ci(tree: Tree, options: CiOptions): Promise<void> {
  try {
    const { facts, notices } = await findFacts(tree, options);
    const provider = options.provider ?? providerOf(tree);
    const files =
      provider === 'github'
        ? { [githubFile(facts.environment)]: githubWorkflow(facts) }
        : {
            [GITLAB_FILE]: gitlabPipeline(facts),
            [gitlabFile(facts.environment)]: gitlabJobs(facts),
          };
    const said = Object.entries(files).map(([file, text]) => write(tree, file, text, facts));
    await formatFiles(tree);
    // At once, as a dry run calls nothing afterwards.
    logger.info(['', ...said, ...notices, ...secretsToMake(facts, provider)].join('\n'));
  } catch (error) {
    throw inOneMessage(error);
  }
}

function providerOf(tree: Tree): 'github' | 'gitlab' {
  const isGitlab =
    tree.exists(GITLAB_FILE) || (tree.read('.git/config', 'utf8') ?? '').includes('gitlab.');
  return isGitlab ? 'gitlab' : 'github';
}

function write(tree: Tree, file: string, text: string, { environment }: CiFacts): string {
  const before = tree.read(file, 'utf8');
  if (before === null) {
    tree.write(file, text);
    return `${file} is written.`;
  }
  const include = gitlabFile(environment);
  return file === GITLAB_FILE && !before.includes(include)
    ? `${file} was there already and is left as it is. Add to it:\ninclude:\n  - local: ${include}`
    : `${file} was there already and is left as it is. To have it written anew, remove it first.`;
}

function secretsToMake(facts: CiFacts, provider: 'github' | 'gitlab'): readonly string[] {
  const { sshKey, secretsKey } = secretNames(facts);
  const where =
    provider === 'github'
      ? 'Settings, Secrets and variables, Actions'
      : 'Settings, CI/CD, Variables';
  return [
    `Make these at the CI (${where}), as the head of the file says:`,
    `  ${sshKey}`,
    ...(secretsKey === undefined ? [] : [`  ${secretsKey}`]),
    ...(provider === 'gitlab' ? ['  PLAN_TOKEN'] : []),
  ];
}
