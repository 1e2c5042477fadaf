import type { ReadSource } from '@fairness-deploy/environment-file';
import { lockedSecretStore } from '@fairness-deploy/secrets';
import { describeFailure, HintedError } from '@fairness-deploy/shell/text';
import { loadEnvironment } from '../../../environment/load-environment.js';
import { askPlugin } from '../../../plugin/ask-plugin.js';
import { PAGE } from './page.js';
import type { DescribedEnvironment } from './tables.js';

/**
 * What the files of the environments and their plugins say of them. No secret is read: the page is in
 * git, and who runs `nx sync` need not have the password.
 *
 * @param source reads the files
 * @throws HintedError that lists the errors of all environments that can't be loaded.
 */
export async function describeEnvironments(
  workspace: string,
  names: readonly string[],
  source?: ReadSource,
): Promise<readonly DescribedEnvironment[]> {
  const failures: string[] = [];
  const described: DescribedEnvironment[] = [];
  for (const name of names) {
    try {
      described.push(await describeEnvironment(workspace, name, source));
    } catch (error) {
      failures.push(describeFailure(error));
    }
  }
  if (failures.length === 0) return described;
  throw new HintedError(
    `Cannot update ${PAGE}: ${String(failures.length)} of ${String(names.length)} environments can't be loaded\n\n${failures.join('\n\n')}`,
  );
}

async function describeEnvironment(
  workspace: string,
  name: string,
  source?: ReadSource,
): Promise<DescribedEnvironment> {
  const locked = lockedSecretStore(new Error(`Cannot read a secret: ${PAGE} has none`));
  const { environment, plugins } = await loadEnvironment(
    { workspace, name },
    // A file that a section names may be on another machine only, such as one that git ignores.
    { secrets: () => locked, validates: false, ...(source && { source }) },
  );
  const { description, url, resources, sections } = environment;
  const facts = plugins.map((plugin) =>
    askPlugin(plugin.section, 'its function "facts"', () =>
      plugin.facts?.(sections[plugin.section], environment),
    ),
  );
  return {
    name,
    ...(description !== undefined && { description }),
    ...(url !== undefined && { url }),
    ...(resources !== undefined && { resources }),
    facts: Object.assign({}, ...facts) as Readonly<Record<string, string>>,
  };
}
