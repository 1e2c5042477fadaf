import type { Variables } from '../application/variables-file.js';
import { variablesOf } from '../application/variables-file.js';
import { isVisible, type ReleaseCommand } from '../section/command.js';
import type { ReleaseSpec } from './release-spec.js';

type Spec = Pick<ReleaseSpec, 'application' | 'release'>;

/** What `install` sees: its own variables, and those of the application that hold its secrets. */
export function installVariables(spec: Spec, { variables, secrets }: ReleaseCommand): Variables {
  return new Map([
    ...visible(spec, secrets).filter(([, value]) => value.secrets.length > 0),
    ...Object.entries(variables),
  ]);
}

/**
 * What `build` sees: the application's variables without those that hold a secret, unless that is
 * one of its own, as a build's inputs may end up in files that browsers get; and its own variables.
 */
export function buildVariables(spec: Spec, { variables, secrets }: ReleaseCommand): Variables {
  return new Map([...visible(spec, secrets), ...Object.entries(variables)]);
}

function visible({ application, release }: Spec, secrets: readonly string[]) {
  return [...variablesOf(application, release)].filter(([, value]) => isVisible(value, secrets));
}
