import type { Application, Environment, PluginIssue } from '@fairness-deploy/core';
import { listenAddress } from './listen-address.js';
import { portMark, portsIn } from './port-mark.js';

/** The errors of an application that is to be released. */
export function validateApplication({ application }: Environment): readonly PluginIssue[] {
  if (!application) return [];
  if (application.processes.length === 0) {
    return [{ path: [], message: 'there is no process of the application to release' }];
  }
  return [
    ...checkSocketPaths(application),
    ...checkPortsOfSockets(application),
    ...checkPortsElsewhere(application),
  ].map((issue) => ({ ...issue, within: 'application' }));
}

/** The most bytes of a socket's path that the kernel allows (unix(7)). */
const LONGEST_SOCKET_PATH_BYTES = 107;

function checkSocketPaths(application: Application): readonly PluginIssue[] {
  return application.processes.flatMap((process) => {
    const path = String(listenAddress(application, process, 'green'));
    if (path.length <= LONGEST_SOCKET_PATH_BYTES) return [];
    return [
      {
        path: ['processes', process.name, 'listen'],
        message: `the path of its socket would be longer than ${String(LONGEST_SOCKET_PATH_BYTES)} bytes: ${path}`,
        hint: 'give the application a shorter home, or the process a port',
      },
    ];
  });
}

/** Text before a port that can't stand before a path. */
const BEFORE_PORT = /(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):$/;

/** A variable of an application, and its place in the file. */
interface Variable {
  readonly path: readonly string[];
  /** With marks for ports, and without its secrets. */
  readonly shown: string;
}

function variablesIn({ env, processes }: Application): readonly Variable[] {
  const envs = [
    { path: ['env'], env },
    ...processes.map(({ name, env: own }) => ({ path: ['processes', name, 'env'], env: own })),
  ];
  return envs.flatMap(({ path, env: variables }) =>
    Object.entries(variables).map(([variable, text]) => ({
      path: [...path, variable],
      shown: text.parts.map((part) => (typeof part === 'string' ? part : ' ')).join(''),
    })),
  );
}

/** `http://127.0.0.1:${ports.api}` is no URL when the process listens on a socket. */
function checkPortsOfSockets(application: Application): readonly PluginIssue[] {
  const sockets = application.processes.filter(({ listen }) => listen === 'socket');
  return variablesIn(application).flatMap(({ path, shown }) => {
    const wrong = sockets.find(({ name }) =>
      shown
        .split(portMark(name))
        .slice(0, -1)
        .some((before) => BEFORE_PORT.test(before)),
    );
    if (!wrong) return [];
    return [
      {
        path,
        message: `the process "${wrong.name}" listens on a socket: \${ports.${wrong.name}} is a path, not a port`,
        hint: `pass the path alone, \${ports.${wrong.name}}, to a program that connects to Unix sockets; or give "${wrong.name}" a port`,
      },
    ];
  });
}

/**
 * A process listens on its own host only: all processes that a variable names must be on that host.
 */
function checkPortsElsewhere(application: Application): readonly PluginIssue[] {
  const here = application.processes.map(({ name }) => name);
  return variablesIn(application).flatMap(({ path, shown }) =>
    portsIn(shown)
      .filter((name) => !here.includes(name))
      .map((name) => ({
        path,
        message: `\${ports.${name}} is not known: the process "${name}" is not there`,
        hint: `give "${name}" the same roles (on)`,
      })),
  );
}
