import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Targets } from './infer-targets.js';

/**
 * A target for each executor of a package, if it has any, of the same name, described as in its
 * executors.json.
 *
 * @param name the package's
 * @param folder the package's, in which executors.json is
 */
export function executorTargets(name: string, folder: string): Targets {
  if (!existsSync(join(folder, 'executors.json'))) return {};
  // Sound: it is the package's own file, which Nx reads as well. No schema: this runs at every
  // computation of the project graph.
  const { executors } = JSON.parse(readFileSync(join(folder, 'executors.json'), 'utf8')) as {
    readonly executors: Readonly<Record<string, { readonly description: string }>>;
  };
  return Object.fromEntries(
    Object.entries(executors).map(([executor, { description }]) => [
      executor,
      { executor: `${name}:${executor}`, metadata: { description } },
    ]),
  );
}
