import type { Application } from '@fairness-deploy/core';
import { Script, sh } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import type { Layout } from './layout.js';
import type { Release } from './release.js';
import { runVariables, variablesFile } from './variables-file.js';

/** Exit status when the folder is missing: that of a command that can't be run (sh(1)). */
export const NO_FOLDER = 126;

/**
 * How a command of a release is run that is none of its processes, such as a task: a script of sh
 * that becomes the command. It gets the variables that all processes have. Its arguments are the
 * folder, relative to the release and `.` for the release itself, and the words of the command. Only
 * the application's user runs it: the file is that user's.
 *
 * @throws RangeError as {@link variablesFile} does.
 */
export function commandFile(application: Application, layout: Layout, release: Release): Text {
  const script = sh`
    # Written together with the release.
    set -eu
    set -a
    ${new Script(variablesFile(runVariables(application, layout, release)))}
    set +a
    cd -- ${release.path}
    cd -- "./$1" 2>/dev/null || {
      printf 'Cannot run the command: there is no folder "%s" in the release %s\n' "$1" ${release.id} >&2
      exit ${NO_FOLDER}
    }
    shift
    exec "$@"`;
  return Text.of(script.text, '\n');
}
