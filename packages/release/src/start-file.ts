import {
  Script,
  sh,
  type Application,
  type Layout,
  type Process,
  type Release,
} from '@fairness-deploy/core';
import { Text } from '@fairness-deploy/secrets';
import { environmentFile, environmentOf, type Variables } from './environment-file.js';

/**
 * How a process of a release is started: all of its environment, its folder and its command,
 * for sh to read by `.`. It becomes the process. Nothing else decides what the process is
 * started with, so that a release of the past starts as it was made.
 *
 * @throws RangeError as {@link environmentFile} does.
 */
export function startFile(
  application: Application,
  process: Process,
  layout: Layout,
  release: Release,
): Text {
  const script = sh`
    # Written along with the release.
    set -a
    ${new Script(environmentFile(variablesOf(application, process, layout, release)))}set +a
    cd -- ${release.path}
    exec ${process.command}`;
  return Text.of(script.text, '\n');
}

function variablesOf(
  application: Application,
  process: Process,
  layout: Layout,
  release: Release,
): Variables {
  return new Map([
    ['HOME', Text.of(layout.userHome)],
    ['USER', Text.of(application.user)],
    ['LOGNAME', Text.of(application.user)],
    ...environmentOf(application, release),
    ...Object.entries(process.env),
    ['PORT', Text.of(String(process.port))],
  ]);
}
