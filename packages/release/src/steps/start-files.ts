import { asUser, lines, sh, type Script, type ShValue } from '@fairness-deploy/shell';
import { startPath } from '../application/layout.js';
import { type ReleaseStep } from '../order/release-step.js';
import { variablesFile, variablesOf } from '../application/variables-file.js';
import { startFile } from '../application/start-file.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';
import { unlessLive } from '../scripts/unless-live.js';

/**
 * Writes the start files of the release's processes, and the variables that they share with other
 * commands of the release. Removed together with the release.
 */
export function startFilesStep(spec: ReleaseSpec): ReleaseStep {
  const { application, layout, release } = spec;
  const processes = application.processes.map((process) => ({
    path: startPath(layout, release.id, process.name),
    content: startFile(application, process, layout, release),
  }));
  const common = {
    path: release.variablesFile,
    content: variablesFile(variablesOf(application, release)),
  };
  const files = [...processes, common];
  const staged = `${layout.variables}/.${release.id}.new`;
  return {
    phase: 'build',
    name: 'start files',
    run: asUser(
      application.user,
      lines(sh`umask 077`, ...files.map(({ path, content }) => write(staged, path, content))),
    ),
    undo: unlessLive(layout, release, sh`rm -f -- ${[staged, ...files.map(({ path }) => path)]}`),
  };
}

/** A builtin of the shell prints it, so that no command line shows it. */
function write(staged: string, path: string, content: ShValue): Script {
  return sh`
    printf %s ${content} >${staged}
    mv -fT -- ${staged} ${path}`;
}
