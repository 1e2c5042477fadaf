import type { Application, Process } from '../inventory/environment.js';
import type { Colour } from './colour.js';
import { layoutOf, type Layout } from './layout.js';

/** Where a process listens: a TCP port of the loopback address, or the absolute path of a Unix socket. */
export type ListenAddress = number | string;

/** Where a process listens when its release runs in a colour. Its environment has it as PORT. */
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

/** The socket of a process that listens on one. Only the application's user and nginx's group reach it. */
export function socketPath({ sockets }: Pick<Layout, 'sockets'>, process: string, colour: Colour) {
  return `${sockets}/${process}-${colour}.sock`;
}
