import { asUser, lines, sh } from '@fairness-deploy/shell';
import { type ReleaseStep } from '../order/release-step.js';
import { installVariables } from '../scripts/command-variables.js';
import { addInputs } from '../scripts/install-inputs.js';
import { projectCommand } from '../scripts/project-command.js';
import { keepDependencies, takeDependencies, dependenciesKey } from '../scripts/dependencies.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/**
 * Installs the dependencies, those of development included: without NODE_ENV, unless the project
 * gives it, as the build needs them. Takes them from an earlier release with the same lock file.
 */
export function installStep(spec: ReleaseSpec): ReleaseStep | undefined {
  const { application, section } = spec;
  if (section.install === undefined) return undefined;
  const { command } = section.install;
  const install = projectCommand(spec, command, installVariables(spec, section.install));
  if (section.dependencies === 'install')
    return { phase: 'install', name: 'install', run: install };
  return {
    phase: 'install',
    name: 'install',
    run: sh`
      fd_key=$(
        ${asUser(application.user, dependenciesKey(spec, command))}
      )
      case $fd_key in
        *[!0-9a-f]* | '')
          printf '%s\n' "$fd_key"
          ${install}
          exit 0
          ;;
      esac
      ${lines(addInputs(spec, section.install), takeDependencies(spec), sh`(`, install, sh`)`, keepDependencies(spec))}`,
  };
}
