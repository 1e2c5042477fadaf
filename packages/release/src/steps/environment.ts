import { asUser, sh, type ReleaseStep } from '@fairness-deploy/core';
import { environmentFile, environmentOf } from '../environment-file.js';
import type { ReleaseSpec } from './release-spec.js';
import { unlessCurrent } from './unless-current.js';

/** Writes the environment file of the release's processes. */
export function environmentStep({ application, layout, release }: ReleaseSpec): ReleaseStep {
  const content = environmentFile(environmentOf(application, release));
  const staged = `${layout.environments}/.${release.id}.new`;
  return {
    phase: 'build',
    name: 'environment file',
    // The shell itself prints it, so that no command line shows it.
    run: asUser(
      application.user,
      sh`
      umask 077
      printf %s ${content} >${staged}
      mv -fT -- ${staged} ${release.environmentFile}`,
    ),
    undo: unlessCurrent(layout, release, sh`rm -f -- ${staged} ${release.environmentFile}`),
  };
}
