import type { ReleaseStep } from '../order/release-step.js';
import { variablesOf, withoutSecrets } from '../application/variables-file.js';
import { projectCommand } from '../scripts/project-command.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/**
 * Builds the release, with the variables of its processes except those that hold a secret: a
 * build's inputs may end up in files that browsers get.
 */
export function buildStep(spec: ReleaseSpec): ReleaseStep | undefined {
  const command = spec.section.build;
  if (command === undefined) return undefined;
  const variables = withoutSecrets(variablesOf(spec.application, spec.release));
  return { phase: 'build', name: 'build', run: projectCommand(spec, command, variables) };
}
