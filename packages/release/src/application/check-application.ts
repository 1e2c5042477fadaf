import type { Application, Environment, PluginIssue } from '@fairness-deploy/core';
import { listenAddress } from './listen-address.js';
import { portMark } from './port-mark.js';

/** What is wrong with an application as something to release. */
export function checkApplication({ application }: Environment): readonly PluginIssue[] {
  if (!application) return [];
  return [...checkSocketPaths(application), ...checkPortsOfSockets(application)].map((issue) => ({
    ...issue,
    within: 'application',
  }));
}

/** The bytes of a socket's path that the kernel takes (unix(7)). */
const LONGEST_SOCKET_PATH = 107;

function checkSocketPaths(application: Application): readonly PluginIssue[] {
  return application.processes.flatMap((process) => {
    const path = String(listenAddress(application, process, 'green'));
    if (path.length <= LONGEST_SOCKET_PATH) return [];
    return [
      {
        path: ['processes', process.name, 'listen'],
        message: `the path of its socket would be longer than ${String(LONGEST_SOCKET_PATH)} bytes: ${path}`,
        hint: 'give the application a shorter home, or the process a port',
      },
    ];
  });
}

/** What stands before a port, and never before a path. */
const BEFORE_PORT = /(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):$/;

/** `http://127.0.0.1:${ports.api}` is no URL where the process listens on a socket. */
function checkPortsOfSockets({ env, processes }: Application): readonly PluginIssue[] {
  const sockets = processes.filter(({ listen }) => listen === 'socket');
  const envs = [
    { path: ['env'], env },
    ...processes.map(({ name, env: own }) => ({ path: ['processes', name, 'env'], env: own })),
  ];
  return envs.flatMap(({ path, env: variables }) =>
    Object.entries(variables).flatMap(([variable, text]) => {
      const shown = text.parts.map((part) => (typeof part === 'string' ? part : ' ')).join('');
      const wrong = sockets.find(({ name }) =>
        shown
          .split(portMark(name))
          .slice(0, -1)
          .some((before) => BEFORE_PORT.test(before)),
      );
      if (!wrong) return [];
      return [
        {
          path: [...path, variable],
          message: `the process "${wrong.name}" listens on a socket: \${ports.${wrong.name}} is a path, not a port`,
          hint: `pass the path alone, \${ports.${wrong.name}}, to a program that connects to Unix sockets; or give "${wrong.name}" a port`,
        },
      ];
    }),
  );
}
