import { Text } from '@fairness-deploy/secrets';

/**
 * What stands in a value for the port of a process until it is known in which colour the
 * release runs. It holds NULs, which no environment variable can (environ(7)).
 */
export function portMark(process: string): string {
  return `\0port ${process}\0`;
}

const MARK = /\0port ([^\0]*)\0/g;

/**
 * Fills in the ports of an environment variable: `http://127.0.0.1:${ports.api}`.
 *
 * @param portOf gives the port of a process, by its name
 */
export function withPorts(value: Text, portOf: (process: string) => number): Text {
  return Text.of(
    ...value.parts.map((part) =>
      typeof part === 'string'
        ? part.replaceAll(MARK, (_, process: string) => String(portOf(process)))
        : part,
    ),
  );
}
