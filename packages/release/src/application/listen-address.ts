import type { Application, Process } from '@fairness-deploy/core';
import type { Colour } from './colour.js';
import { layoutOf, type Layout } from './layout.js';

/** Where a process listens: a TCP port of the loopback address, or the absolute path of a Unix socket. */
export type ListenAddress = number | string;

/** Where a process listens when its release runs in a colour. Its variable PORT says so. */
export function listenAddress(
  application: Pick<Application, 'name' | 'home'>,
  process: Pick<Process, 'name' | 'port' | 'alternatePort'>,
  colour: Colour,
): ListenAddress {
  const { name, port, alternatePort } = process;
  if (port === undefined || alternatePort === undefined) {
    return socketPath(layoutOf(application), name, colour);
  }
  return colour === 'blue' ? port : alternatePort;
}

/** By the name of a process, where it listens in blue and in green. */
export type Addresses = Readonly<Record<string, readonly [ListenAddress, ListenAddress]>>;

/** Where each process of an application listens. */
export function addressesOf(
  application: Pick<Application, 'name' | 'home' | 'processes'>,
): Addresses {
  return Object.fromEntries(
    application.processes.map((process) => [
      process.name,
      [
        listenAddress(application, process, 'blue'),
        listenAddress(application, process, 'green'),
      ] as const,
    ]),
  );
}

/** The socket of a process that listens on one. Only the application's user and nginx's group reach it. */
export function socketPath({ sockets }: Pick<Layout, 'sockets'>, process: string, colour: Colour) {
  return `${sockets}/${process}-${colour}.sock`;
}
