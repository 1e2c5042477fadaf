import { listenAddress, type ListenAddress } from './listen-address.js';
import { withPorts } from './port-mark.js';
import { type Application } from '@fairness-deploy/core';
import { type Colour } from './colour.js';
import type { Layout } from './layout.js';
import { type Release } from './release.js';
import { pathOf } from './runtime.js';
import { Text } from '@fairness-deploy/shell/secret';

/** Environment variables by name, in the order in which they are written. */
export type Variables = ReadonlyMap<string, Text>;

/**
 * From 11 on, pnpm installs again before it runs a script, when files are newer than its last install.
 * A release's dependencies are shared with others, and are not its to change.
 */
const VERIFY = 'pnpm_config_verify_deps_before_run';

/**
 * The variables that all processes of a release have: PATH with the release's Node.js, if it has one,
 * and then NODE_ENV; the application's own variables; and COMMIT and RELEASE, which name the release.
 */
export function variablesOf(application: Application, release: Release): Variables {
  const { runtime } = release;
  return new Map([
    ['PATH', Text.of(pathOf(release))],
    ...(runtime ? [['NODE_ENV', Text.of('production')] as const] : []),
    ...(runtime?.manager?.name === 'pnpm' ? [[VERIFY, Text.of('false')] as const] : []),
    ...Object.entries(application.env),
    ['COMMIT', Text.of(release.commit)],
    ['RELEASE', Text.of(release.id)],
  ]);
}

/**
 * The variables that everything has that runs in a release as the application's user, processes and
 * other commands: who that user is, and {@link variablesOf}.
 */
export function runVariables(
  application: Application,
  { userHome }: Pick<Layout, 'userHome'>,
  release: Release,
): Variables {
  return new Map([
    ['HOME', Text.of(userHome)],
    ['USER', Text.of(application.user)],
    ['LOGNAME', Text.of(application.user)],
    ...variablesOf(application, release),
  ]);
}

/** Variables of a process, with the ports that the application's processes have in a colour filled in. */
export function withPortsOf(
  application: Application,
  env: Application['env'],
  colour: Colour,
): readonly (readonly [string, Text])[] {
  const port = (name: string): ListenAddress => {
    const process = application.processes.find((one) => one.name === name);
    const address = process && listenAddress(application, process, colour);
    if (address !== undefined) return address;
    throw new RangeError(`Cannot fill in the port of "${name}": no such process listens`);
  };
  return Object.entries(env).map(([name, value]) => [name, withPorts(value, port)]);
}

/**
 * The variables as a file that `.` reads in any POSIX shell, whatever the values hold. Node's
 * `--env-file` reads the same, unless a value holds a single quote or a carriage return.
 *
 * @throws RangeError when a name isn't a variable's (POSIX XBD 8.1), or a value holds a NUL, which
 *   no variable can (environ(7)). Loading an environment refuses names that a shell reserves.
 */
export function variablesFile(variables: Variables): Text {
  return Text.of(
    ...[...variables].flatMap(([name, value]) => [
      `${checkName(name)}='`,
      checkValue(name, value).map((part) => part.replaceAll("'", String.raw`'\''`)),
      "'\n",
    ]),
  );
}

/** Variables without secrets: those that a build may see. */
export function withoutSecrets(variables: Variables): Variables {
  return new Map([...variables].filter(([, value]) => value.secrets.length === 0));
}

/** @throws RangeError when it isn't a variable's name, and so could be shell code. */
export function checkName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw new RangeError(
    `Cannot set the variable ${JSON.stringify(name)}: expected letters, digits and _, not beginning with a digit`,
  );
}

function checkValue(name: string, value: Text): Text {
  if (!value.reveal().includes('\0')) return value;
  throw new RangeError(`Cannot set the variable ${name}: its value holds a NUL character`);
}
