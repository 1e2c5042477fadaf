import { byColour, type Colour } from './colour.js';
import { type Application, type Process } from '@fairness-deploy/core';
import { linkTo } from './colour.js';
import { workerLockPath, type Layout } from './layout.js';
import { addressIn, type Program } from './program.js';
import { type Release } from './release.js';
import { fail, Script, sh } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import { runVariables, variablesFile, withPortsOf, type Variables } from './variables-file.js';

/**
 * Exit status of a program that is not to run now: starting it again would not help. As sysexits.h,
 * EX_CONFIG.
 */
export const NOT_NOW = 78;

/** For longer than Supervisor counts a program as starting: otherwise it would start it again without end. */
const LEAVE_AFTER_SECONDS = 2;

/**
 * How a program of a release is started, a script of sh with the colour as its argument: all of its
 * variables, its folder and its command. The shell becomes the program. Nothing else decides how it
 * starts, so that an earlier release starts as it was made. With `check` as second argument, it runs
 * the command of the health check instead.
 *
 * @throws RangeError as {@link variablesFile} does.
 */
export function startFile(
  application: Application,
  process: Process,
  program: Program,
  layout: Layout,
  release: Release,
): Text {
  const { command: check } = process.health;
  const folder =
    process.directory === undefined ? release.path : `${release.path}/${process.directory}`;
  const nice = process.nice === 0 ? [] : ['nice', '-n', String(process.nice), '--'];
  const script = sh`
    # Written together with the release.
    set -eu
    set -a
    ${byColour('1', (colour) => variables(application, process, program, layout, release, colour))}
    set +a
    cd -- ${folder}
    ${check === undefined ? sh`:` : sh`[ "\${2-}" != check ] || exec sh -ec ${check}`}
    ${process.listen === 'socket' ? CLEAR_SOCKET : sh`:`}
    ${program.exclusive ? takeTurn(layout, program, release) : sh`:`}
    exec ${[...nice, ...process.command]}`;
  return Text.of(script.text, '\n');
}

/**
 * The group is nginx's, which needs the right to write to connect (unix(7)). Removes a socket that
 * a killed process has left.
 */
const CLEAR_SOCKET = sh`
  umask 002
  rm -f -- "$PORT"`;

/**
 * An exclusive worker runs only when its release's turn has come, also after a reboot in the middle
 * of a deployment. The lock makes sure: the worker holds it until it ends, with all that it has
 * started and that has kept the file open.
 */
function takeTurn(layout: Layout, { name }: Program, release: Release): Script {
  return sh`
    # While a release restarts, both colours have it.
    if [ "$(readlink -- ${`${layout.workers}/release`} || :)" != ${linkTo(layout, release)} ] || [ "$(readlink -- ${layout.workers} || :)" != "colours/$1" ]; then
      printf '%s\n' ${`${name} of the release ${release.id} does not start: the workers of another release run`} >&2
      sleep ${LEAVE_AFTER_SECONDS}
      exit ${NOT_NOW}
    fi
    exec 9>>${workerLockPath(layout, name)}
    flock -n 9 || ${fail(`Cannot start ${name}: an earlier one of it still runs, and holds ${workerLockPath(layout, name)}`, `see which: fuser -v ${workerLockPath(layout, name)}`)}`;
}

function variables(
  application: Application,
  process: Process,
  program: Program,
  layout: Layout,
  release: Release,
  colour: Colour,
): Script {
  const address = addressIn(program, colour);
  const all: Variables = new Map([
    ...runVariables(application, layout, release),
    ...withPortsOf(application, process.env, colour),
    ...(address === undefined ? [] : [['PORT', Text.of(String(address))] as const]),
    ...(program.instance === undefined
      ? []
      : [['INSTANCE', Text.of(String(program.instance))] as const]),
  ]);
  return new Script(variablesFile(all));
}
