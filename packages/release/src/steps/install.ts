import type { ReleaseStep } from '@fairness-deploy/core';
import { projectCommand } from './command.js';
import type { ReleaseSpec } from './release-spec.js';

/** Brings the dependencies, those of development included: without NODE_ENV, as the build needs them. */
export function installStep(spec: ReleaseSpec): ReleaseStep | undefined {
  const command = spec.section.install;
  if (command === undefined) return undefined;
  return { phase: 'install', name: 'install', run: projectCommand(spec, command, new Map()) };
}
