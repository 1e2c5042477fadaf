import type { ReleaseStep } from '../order/release-step.js';
import { buildVariables } from '../scripts/command-variables.js';
import { projectCommand } from '../scripts/project-command.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/** Builds the release, with the variables that its command may see. */
export function buildStep(spec: ReleaseSpec): ReleaseStep | undefined {
  const { build } = spec.section;
  if (build === undefined) return undefined;
  const variables = buildVariables(spec, build);
  return { phase: 'build', name: 'build', run: projectCommand(spec, build.command, variables) };
}
