import type { Application, Process } from '@fairness-deploy/core';
import type { Colour } from './colour.js';
import { layoutOf, type Layout } from './layout.js';

/** Where a process listens: a TCP port of the loopback address, or the absolute path of a Unix socket. */
export type ListenAddress = number | string;

/**
 * Where a process listens when its release runs in a colour; its variable PORT says so. Undefined:
 * it is a worker, and listens nowhere.
 *
 * @param instance its number, from 1, if there are several: each has the next port
 */
export function listenAddress(
  application: Pick<Application, 'name' | 'home'>,
  process: Pick<Process, 'name' | 'port' | 'alternatePort' | 'listen'>,
  colour: Colour,
  instance?: number,
): ListenAddress | undefined {
  const { name, port, alternatePort, listen } = process;
  if (listen === 'socket') {
    const program = instance === undefined ? name : `${name}.${String(instance)}`;
    return socketPath(layoutOf(application), program, colour);
  }
  const first = colour === 'blue' ? port : alternatePort;
  return first === undefined ? undefined : first + (instance ?? 1) - 1;
}

/** The socket of a program that listens on one. Only the application's user and nginx's group reach it. */
function socketPath({ sockets }: Pick<Layout, 'sockets'>, program: string, colour: Colour) {
  return `${sockets}/${program}-${colour}.sock`;
}
