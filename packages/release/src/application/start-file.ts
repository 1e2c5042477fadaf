import { byColour, type Colour } from './colour.js';
import { listenAddress } from './listen-address.js';
import { type Application, type Process } from '@fairness-deploy/core';
import { type Layout } from './layout.js';
import { type Release } from './release.js';
import { Script, sh } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import { variablesFile, variablesOf, withPortsOf, type Variables } from './variables-file.js';

/**
 * How a process of a release is started: all of its variables, its folder and its command, for sh
 * to read by `.`, with the release's colour as FD_COLOUR. The shell becomes the process. Nothing
 * else decides how the process starts, so that an earlier release starts as it was made.
 *
 * @throws RangeError as {@link variablesFile} does.
 */
export function startFile(
  application: Application,
  process: Process,
  layout: Layout,
  release: Release,
): Text {
  const script = sh`
    # Written together with the release.
    set -a
    ${byColour('FD_COLOUR', (colour) => variables(application, process, layout, release, colour))}
    set +a
    cd -- ${release.path}
    ${process.listen === 'socket' ? CLEAR_SOCKET : sh`:`}
    exec ${process.command}`;
  return Text.of(script.text, '\n');
}

/**
 * The group is nginx's, which needs the right to write to connect (unix(7)). Removes a socket that
 * a killed process has left.
 */
const CLEAR_SOCKET = sh`
  umask 002
  rm -f -- "$PORT"`;

function variables(
  application: Application,
  process: Process,
  layout: Layout,
  release: Release,
  colour: Colour,
): Script {
  const all: Variables = new Map([
    ['HOME', Text.of(layout.userHome)],
    ['USER', Text.of(application.user)],
    ['LOGNAME', Text.of(application.user)],
    ...variablesOf(application, release, colour),
    ...withPortsOf(application, process.env, colour),
    ['PORT', Text.of(String(listenAddress(application, process, colour)))],
  ]);
  return new Script(variablesFile(all));
}
