import type { Application, Environment, PluginIssue } from '@fairness-deploy/core';
import { portMark, portsIn } from './port-mark.js';
import { programsOf } from './program.js';

/** The errors of an application that is to be released. */
export function validateApplication({ application }: Environment): readonly PluginIssue[] {
  if (!application) return [];
  const { processes, schedules = [], static: files } = application;
  if (processes.length + schedules.length + files.length === 0) {
    const message = 'the application has no process, static files or scheduled job to release';
    return [{ path: [], message }];
  }
  return [
    ...checkScheduleNames(application),
    ...checkSocketPaths(application),
    ...checkPortsOfSockets(application),
    ...checkPortsOfOthers(application),
  ].map((issue) => ({ ...issue, within: 'application' }));
}

/** A scheduled job and a process of one name would have logs of one name. */
function checkScheduleNames({ processes, schedules = [] }: Application): readonly PluginIssue[] {
  return schedules
    .filter(({ name }) => processes.some((process) => process.name === name))
    .map(({ name }) => ({
      path: ['schedules', name],
      message: 'a process has this name, expected one of its own',
    }));
}

/** The most bytes of a socket's path that the kernel allows (unix(7)). */
const LONGEST_SOCKET_PATH_BYTES = 107;

function checkSocketPaths(application: Application): readonly PluginIssue[] {
  return programsOf(application, 1).flatMap(({ process, addresses }) => {
    const green = addresses?.[1];
    if (typeof green !== 'string' || green.length <= LONGEST_SOCKET_PATH_BYTES) return [];
    return [
      {
        path: ['processes', process, 'listen'],
        message: `the path of its socket would be longer than ${String(LONGEST_SOCKET_PATH_BYTES)} bytes: ${green}`,
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

/** Those that may hold a port: see portOffer. */
function variablesIn({ processes }: Pick<Application, 'processes'>): readonly Variable[] {
  return processes.flatMap(({ name, env }) =>
    Object.entries(env).map(([variable, text]) => ({
      path: ['processes', name, 'env', variable],
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
 * A process listens on its own host only: all processes that a variable names must be on that host,
 * and listen.
 */
function checkPortsOfOthers({ processes }: Application): readonly PluginIssue[] {
  return variablesIn({ processes }).flatMap(({ path, shown }) =>
    portsIn(shown).flatMap((name) => {
      const process = processes.find((one) => one.name === name);
      const message = `\${ports.${name}} is not known: the process "${name}" ${process ? 'is a worker, and listens nowhere' : 'is not there'}`;
      const hint = process
        ? `give "${name}" a port: port: 3000`
        : `give "${name}" the same roles (on)`;
      const listens = process?.port !== undefined || process?.listen !== undefined;
      return listens ? [] : [{ path, message, hint }];
    }),
  );
}
