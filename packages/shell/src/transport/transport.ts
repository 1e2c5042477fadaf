import type { Secret } from '../secret/secret.js';
import type { Script } from '../script/sh.js';

/** How to reach a machine. `address`: a name, an IP address or an alias of ~/.ssh/config. */
export interface Target {
  /** The environment's name for it, for messages. */
  readonly name: string;
  readonly address: string;
  /** The alias that `address` stands for, once it has been looked up. */
  readonly alias?: string;
  readonly port?: number;
  /** Where other ports of the host are at the address, by the host's own: those of a container. */
  readonly publishedPorts?: Readonly<Record<number, number>>;
  readonly user?: string;
  /** Absolute path of the private key, taken as it is. */
  readonly identityFile?: string;
  /** Vagrant's public keys, which everybody has, may log in. Default: they are refused. */
  readonly insecureKeys?: 'allowed';
  /** The pinned host keys, in OpenSSH's format (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
  readonly knownHostsFile: string;
  /**
   * The name under which the machine's own key is pinned, for one whose address changes. Default: as ~/.ssh/config
   * says, else the address and the port.
   */
  readonly hostKeyAlias?: string;
  /** Whether scripts run as root through sudo. Not used for the user root. */
  readonly sudo: boolean;
  readonly sudoPassword?: Secret;
  /** Seconds that a shell may take to open, start files and sudo included; default: 60. */
  readonly shellTimeout?: number;
}

/** Input of a script that is too large for the memory, such as a file. */
export interface InputStream {
  /** How many bytes it has in all. */
  readonly bytes: number;
  /** Its parts; the next one is asked for when the connection can take it. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface RunOptions {
  /**
   * Bytes that the script reads, to their end, from its file descriptor 3. When the
   * connection is lost on the way, they end too early: the script must check them
   * (their length, say) before it trusts them. All of a stream is sent, also when the
   * script leaves it; when it fails, or has another length than it says, the connection
   * ends and `run` throws its error or a RangeError.
   */
  readonly input?: Uint8Array | InputStream;
  /**
   * Gets the script's standard output as it comes; then it isn't collected. `run` throws its
   * errors. Until a promise that it returns is fulfilled, no more is read, and the script has to wait.
   */
  readonly onOutput?: (chunk: Buffer) => void | Promise<void>;
  /** The most bytes of output; default: 64 MiB; more ends the connection. */
  readonly outputLimit?: number;
  /** Ends the connection when the script is running; its processes may continue. */
  readonly signal?: AbortSignal;
  /**
   * Seconds after which the connection is closed; default: 600: a host must not keep its client
   * without end.
   */
  readonly deadline?: number;
}

/** How a script ended. */
export interface RunResult {
  readonly status: number;
  readonly stdout: Buffer;
  /** The end of its standard error, 64 KiB at most. */
  readonly stderr: string;
}

/** The account and rights of a connection's login: the next connection needs all of them again. */
export interface Login {
  readonly user: string;
  /** The public key that the host accepted, without a comment: `ssh-ed25519 AAAA…`. */
  readonly publicKey?: string;
  /** The host's files of its public keys; undefined until the host was asked. */
  readonly keyFiles?: readonly string[];
  /** Set when scripts run as root through sudo, with its password if it asks for one. */
  readonly sudo?: { readonly password?: Secret };
}

/** The cost of a connection so far. */
export interface Traffic {
  /** One for each script run: a request and its answer. */
  readonly roundTrips: number;
  /** Scripts, input and output with their frames; without what the transport adds beneath. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/**
 * A shell that stays open on a machine. Scripts run one at a time, in the order in which
 * they are asked for, as root if the target says so. Each starts in `/` with Debian's
 * PATH for root, LC_ALL=C, umask 022, no arguments and an empty standard input.
 */
export interface Connection {
  /** The target, completed by ~/.ssh/config. */
  readonly target: Target;
  readonly login: Login;
  readonly traffic: Traffic;
  /**
   * Runs a script in a subshell, in one round trip. A status other than 0 is not an error here.
   * Later output of children that it leaves is dropped, or gets into the next run's output.
   *
   * @throws ConnectionLostError when the connection ends before the script does; the script's
   *   processes may continue.
   * @throws OutputLimitError when it prints more than `outputLimit`.
   * @throws RunTimeoutError when it has not ended by its deadline.
   * @throws RangeError when the script holds a NUL, and the signal's reason when it is aborted.
   */
  run(script: Script, options?: RunOptions): Promise<RunResult>;
  /** Ends the shell; a running script is lost. */
  close(): Promise<void>;
}

/** The size of a terminal, in characters. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** A terminal here, for a program on another machine. */
export interface Terminal {
  /** Its type, as TERM has it. */
  readonly type: string;
  size(): TerminalSize;
  write(bytes: Buffer): void;
  /**
   * Passes keys on from now on, as they are pressed, and tells each new size.
   *
   * @returns a function that gives the terminal back as it was.
   */
  take(keys: (bytes: Buffer) => void, resized: (size: TerminalSize) => void): () => void;
}

/** A TCP port, and where its connections lead. */
export interface ForwardedPort {
  /** Where it listens, on the loopback address: on this machine, or on the other one. */
  readonly on: 'client' | 'host';
  /** 0: any that is free, on this machine only. */
  readonly port: number;
  /** A name or address and a port, as the machine at the other end reaches it. */
  readonly to: { readonly host: string; readonly port: number };
}

/** A port that leads through a connection of its own. */
export interface Forwarding {
  /** The port that it listens on. */
  readonly port: number;
  /** Why it ended, for people; undefined after {@link close}. */
  readonly ended: Promise<string | undefined>;
  /** Closes the port and its connections. */
  close(): Promise<void>;
}

export interface Transport {
  /**
   * @throws ConnectError when the machine can't be reached, its key isn't the pinned one
   *   (a HostKeyError then, which has the key), no key is accepted, or root can't be had.
   *   `reason` tells which.
   * @param tell gets a line for people when it takes long.
   */
  connect(target: Target, signal?: AbortSignal, tell?: (line: string) => void): Promise<Connection>;
  /**
   * Runs a script on a terminal of the machine's, as root if the target says so, and connects it with
   * one here. The script is not on a command line. It starts in `/` with Debian's PATH for root.
   * Absent: this transport has no terminals.
   *
   * @returns the script's exit status.
   * @throws ConnectError as {@link connect} does, and ConnectionLostError when the connection ends
   *   before the script does, which then gets SIGHUP.
   */
  terminal?(
    target: Target,
    script: Script,
    terminal: Terminal,
    signal?: AbortSignal,
  ): Promise<number>;
  /**
   * Forwards the connections to a port, until the connection ends or `close` is called.
   * Absent: this transport forwards nothing.
   *
   * @param tell gets why a single connection could not be forwarded.
   * @throws ConnectError as {@link connect} does, and when the port can't be listened on.
   */
  forward?(
    target: Target,
    port: ForwardedPort,
    tell: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<Forwarding>;
}
