import { connect, type Socket } from 'node:net';
import { ConnectError } from '../errors.js';
import { label, sshCommand, type Endpoint } from './endpoint.js';

/**
 * Opens a TCP connection that sends what it gets without delay.
 *
 * @throws ConnectError `unreachable` or `timeout`, or the signal's reason.
 */
export function openSocket(endpoint: Endpoint, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const { host, port, timeout } = endpoint;
    const socket = connect({ host, port, noDelay: true, autoSelectFamilyAttemptTimeout: 1000 });
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.off('error', fail);
    };
    const refuse = (reason: unknown): void => {
      settle();
      socket.on('error', () => undefined).destroy();
      // The caller's own reason, whatever it is.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(reason);
    };
    const fail = (error: NodeJS.ErrnoException): void => {
      refuse(unreachable(endpoint, error));
    };
    const abort = (): void => {
      refuse(signal?.reason);
    };
    const timer = setTimeout(() => {
      refuse(noAnswer(endpoint));
    }, timeout);
    signal?.addEventListener('abort', abort, { once: true });
    socket.once('error', fail).once('connect', () => {
      settle();
      resolve(socket);
    });
  });
}

/** The error for a machine that doesn't answer in time: within `timeout` milliseconds. */
export function noAnswer(endpoint: Endpoint, timeout = endpoint.timeout): ConnectError {
  return new ConnectError(
    'timeout',
    `Cannot connect to ${label(endpoint)}: no answer within ${String(timeout / 1000)} s`,
    {
      hint: `Start the machine, or check that its firewall lets you in and that ${sshCommand(endpoint)} works`,
    },
  );
}

function unreachable(endpoint: Endpoint, error: NodeJS.ErrnoException): ConnectError {
  const { host, port } = endpoint;
  const failure = (problem: string, hint: string): ConnectError =>
    new ConnectError('unreachable', `Cannot connect to ${label(endpoint)}: ${problem}`, {
      hint,
      cause: error,
    });
  switch (error.code) {
    case 'ENOTFOUND':
      return failure(
        `no address is known for ${JSON.stringify(host)}`,
        `Correct the address in environment.yaml or HostName in ~/.ssh/config; getent hosts ${host} must find it`,
      );
    case 'EAI_AGAIN':
      return failure(
        `the name service doesn't answer for ${JSON.stringify(host)}`,
        `Check this machine's own connection: getent hosts ${host}`,
      );
    case 'ECONNREFUSED':
      return failure(
        `nothing listens on port ${String(port)}`,
        `Start the machine or its ssh server, or check that ${sshCommand(endpoint)} works`,
      );
    case 'ETIMEDOUT':
      return noAnswer(endpoint);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return failure(
        'there is no way to its network',
        `Start the machine, or check that ${sshCommand(endpoint)} works`,
      );
    default:
      return failure(error.message, `Check that ${sshCommand(endpoint)} works`);
  }
}
