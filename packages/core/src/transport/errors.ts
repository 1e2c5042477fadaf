/** Why a connection couldn't be made. */
export type ConnectFailure =
  | 'unreachable'
  | 'timeout'
  | 'host-key-unknown'
  | 'host-key-changed'
  | 'authentication'
  | 'sudo'
  | 'protocol';

/** A machine can't be reached as asked; the message says what was tried and what to do next. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  constructor(
    readonly reason: ConnectFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The connection ended while a script ran. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

/** A script printed more than it may. */
export class OutputLimitError extends Error {
  override readonly name = 'OutputLimitError';
}
