import type { Offer } from '@fairness-deploy/core';
import { Text } from '@fairness-deploy/shell/secret';
import type { ListenAddress } from './listen-address.js';

/**
 * The placeholder for a process's port in a value, until the release's colour is known. It holds
 * NULs, which no environment variable can (environ(7)).
 */
export function portMark(process: string): string {
  return `\0port ${process}\0`;
}

const MARK = /\0port ([^\0]*)\0/g;

/** The names of the processes whose ports a text holds. */
export function portsIn(text: string): readonly string[] {
  return [...text.matchAll(MARK)].map(([, process = '']) => process);
}

/**
 * Fills in the ports of a variable: `http://127.0.0.1:${ports.api}`.
 *
 * @param portOf gives the port of a process, or the path of its socket, by its name
 */
export function withPorts(value: Text, portOf: (process: string) => ListenAddress): Text {
  return Text.of(
    ...value.parts.map((part) =>
      typeof part === 'string'
        ? part.replaceAll(MARK, (_, process: string) => String(portOf(process)))
        : part,
    ),
  );
}

/** `${ports.<process>}`: where a process listens, in the colour that the release runs in. */
export const portOffer: Offer = {
  name: 'ports',
  placeholder: 'process',
  values: ({ processes }) => Object.fromEntries(processes.map((name) => [name, portMark(name)])),
  refuse: (path) => {
    if (path[0] === 'application' && path.at(-2) === 'env') return undefined;
    return path[0] === 'release'
      ? 'the port of a process is known only when the release starts, in a variable of application.env or of a process'
      : 'the port of a process is known only in an environment variable, under env';
  },
};
