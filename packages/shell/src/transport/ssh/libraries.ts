import { createRequire } from 'node:module';
import type { Duplex, Readable } from 'node:stream';

/*
 * The types here are ours. @types/ssh2 (1.15.6) contradicts ssh2 (1.17) where we use it: authHandler
 * gets null at first and takes false, parseKey() gives a list for OpenSSH's format, an agent gives
 * parsed keys, and an error has the server's disconnect reason as its code.
 */

// node-ssh and ssh2 take 40 ms and more to load: only a connection loads them.
const load = createRequire(__filename);

/** The parts of ssh2's channel that we use: a stream, with standard error beside it. */
export interface Channel extends Duplex {
  readonly stderr: Readable;
  /** Only of a channel with a terminal. Sizes in pixels may be 0. */
  setWindow(rows: number, columns: number, height: number, width: number): void;
  on(event: 'exit', listener: (status: number | null, signal?: string) => void): this;
  on(event: string, listener: (...parameters: never[]) => void): this;
}

/** A terminal that is asked for (RFC 4254, section 6.2). */
export interface Pty {
  readonly term: string;
  readonly rows: number;
  readonly cols: number;
}

/** A key as ssh2 knows it. */
export interface ParsedKey {
  readonly type: string;
  readonly comment: string;
  getPublicSSH(): Buffer;
  isPrivateKey(): boolean;
}

/** Accepts a connection to a forwarded port: gives its channel. */
export type Accept = () => Channel;

/** The parts of ssh2's client that we use. */
export interface Client {
  on(
    event: 'tcp connection',
    listener: (details: object, accept: Accept, reject: () => void) => void,
  ): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'close', listener: () => void): this;
  on(event: 'banner', listener: (message: string) => void): this;
  forwardIn(
    address: string,
    port: number,
    reply: (error: Error | undefined, port?: number) => void,
  ): this;
  exec(command: string, reply: (error: Error | undefined, channel: Channel) => void): this;
  exec(
    command: string,
    options: { readonly pty: Pty },
    reply: (error: Error | undefined, channel: Channel) => void,
  ): this;
  end(): this;
  destroy(): this;
}

/** An error of ssh2: `level` says in which part, `code` may be the server's disconnect reason. */
export interface ClientError extends Error {
  readonly level?: string;
  readonly code?: string | number;
}

/** The identities of an agent, as ssh2 asks for them. */
export interface Agent {
  getIdentities(
    reply: (error: Error | null | undefined, keys?: readonly ParsedKey[]) => void,
  ): void;
  sign(
    key: ParsedKey,
    data: Buffer,
    options: object,
    reply: (error: Error | null | undefined, signature?: Buffer) => void,
  ): void;
}

/** One try to log in. */
export type Authentication =
  | { readonly type: 'publickey'; readonly username: string; readonly key: ParsedKey }
  | { readonly type: 'agent'; readonly username: string; readonly agent: Agent };

/** The settings for ssh2's connect; its documentation has the details. */
export interface ClientConfig {
  readonly host: string;
  readonly username: string;
  readonly sock: Duplex;
  readonly readyTimeout: number;
  readonly keepaliveInterval: number;
  readonly keepaliveCountMax: number;
  readonly algorithms: {
    readonly kex: readonly string[];
    readonly serverHostKey: readonly string[];
  };
  readonly hostVerifier: (key: Buffer) => boolean;
  readonly authHandler: (
    methodsLeft: readonly string[] | null,
    partialSuccess: boolean | null,
    next: (authentication: Authentication | false) => void,
  ) => void;
}

/** The parts of node-ssh that we use. */
export interface NodeSsh {
  readonly connection: Client | null;
  connect(config: ClientConfig): Promise<unknown>;
  forwardOut(
    fromAddress: string,
    fromPort: number,
    toAddress: string,
    toPort: number,
  ): Promise<Channel>;
}

/** Makes an SSH client that isn't connected yet. */
export function newNodeSsh(): NodeSsh {
  // node-ssh's types need @types/ssh2 (see the top of this file).
  const { NodeSSH } = load('node-ssh') as { NodeSSH: new () => NodeSsh };
  return new NodeSSH();
}

/** Reads a private key in any of the usual formats, or says why it can't. */
export function parseKey(content: Buffer): ParsedKey | Error {
  const { utils } = load('ssh2') as {
    utils: { parseKey: (data: Buffer) => ParsedKey | Error | readonly ParsedKey[] };
  };
  const parsed = utils.parseKey(content);
  if (!('length' in parsed)) return parsed;
  return parsed[0] ?? new Error('there is no key in it');
}

/** The agent that listens at a path. */
export function agentAt(socket: string): Agent {
  const { createAgent } = load('ssh2') as { createAgent: (path: string) => Agent };
  return createAgent(socket);
}

/** The agent, reduced to one of its keys. ssh2 wants agents to be of its own class. */
export function agentWith(agent: Agent, key: ParsedKey): Agent {
  const { BaseAgent } = load('ssh2') as { BaseAgent: new () => object };
  return Object.assign(new BaseAgent(), {
    getIdentities(reply: (error: null, keys: readonly ParsedKey[]) => void) {
      reply(null, [key]);
    },
    sign: agent.sign.bind(agent),
  } satisfies Agent);
}

/** A line of an ssh_config file as the package ssh-config reads it; type 1 is a directive. */
export interface ConfigLine {
  readonly type: number;
  readonly param: string;
  readonly value: string | readonly { readonly val: string }[];
  /** The lines of a Host or Match section. */
  readonly config?: readonly ConfigLine[];
  readonly criteria?: Readonly<Record<string, string | readonly unknown[]>>;
}

/** @throws Error when a quote isn't closed or a value is missing. */
export function parseSshConfig(text: string): readonly ConfigLine[] {
  const { parse } = load('ssh-config') as {
    parse: (content: string) => readonly ConfigLine[];
  };
  return parse(text);
}
