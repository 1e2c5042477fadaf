import { HintedError, type HintedErrorOptions } from '../text/hinted-error.js';

/** Why a connection couldn't be made. */
export type ConnectFailure =
  | 'unreachable'
  | 'timeout'
  | 'host-key-unknown'
  | 'host-key-changed'
  | 'host-key-revoked'
  | 'authentication'
  | 'configuration'
  /** A forwarded port can't be listened on. */
  | 'port'
  | 'sudo'
  | 'protocol';

/** A machine can't be reached as asked; the message says what was tried, the hint what to do. */
export class ConnectError extends HintedError {
  override readonly name: string = 'ConnectError';
  constructor(
    readonly reason: ConnectFailure,
    message: string,
    options?: HintedErrorOptions,
  ) {
    super(message, options);
  }
}

/** The host key that a server presented. */
export interface HostKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  /** As `ssh-keygen -l` shows it: `SHA256:…`. */
  readonly fingerprint: string;
  /** The line that pins it, without a line break, for `pinHostKey`. */
  readonly knownHostsLine: string;
}

/** The server's host key is not pinned. */
export class HostKeyError extends ConnectError {
  override readonly name = 'HostKeyError';
  constructor(
    override readonly reason: 'host-key-unknown' | 'host-key-changed' | 'host-key-revoked',
    message: string,
    /** The key that the server presented. */
    readonly hostKey: HostKey,
    options?: HintedErrorOptions,
  ) {
    super(reason, message, options);
  }
}

/** The connection ended while a script ran. */
export class ConnectionLostError extends HintedError {
  override readonly name = 'ConnectionLostError';
  constructor(
    message: string,
    /** The end of the script's standard error, as far as it came. */
    readonly stderr: string,
    options?: HintedErrorOptions,
  ) {
    super(message, options);
  }
}

/** A script has not ended by its deadline; its processes may continue. */
export class RunTimeoutError extends HintedError {
  override readonly name = 'RunTimeoutError';
}

/** A script printed more than its limit. */
export class OutputLimitError extends HintedError {
  override readonly name = 'OutputLimitError';
}
