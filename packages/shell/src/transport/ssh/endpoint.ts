import { variable } from '../../client/home-folder.js';
import { ConnectError } from '../errors.js';
import type { Target } from '../transport.js';
import { hostKeyName } from './host-key.js';
import type { SshOptions } from './ssh-config.js';

/** A machine on the way to a target, or the target itself, with all that is needed to log in. */
export interface Endpoint {
  /** Its name for people: the target's name, or `jump host <name>`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The name under which its key is pinned. */
  readonly hostKeyName: string;
  /** Tried before all other keys. */
  readonly identityFile?: string;
  /** Whether keys that everybody has may log in: see Target. */
  readonly insecureKeys?: 'allowed';
  readonly identityFiles: readonly string[];
  /** Whether the files were named explicitly, so that a missing one is reported. */
  readonly identitiesNamed: boolean;
  /** Keys of the agent that aren't in `identityFiles` are left out. */
  readonly identitiesOnly: boolean;
  /** The agent's socket. */
  readonly agent: string | undefined;
  /** Milliseconds for connecting and logging in. */
  readonly timeout: number;
}

/** The parts of the user's machine that connecting uses. */
export interface Client {
  readonly home: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's options for a name, when the given user logs in. */
  readonly options: (host: string, user: string | undefined) => SshOptions;
}

/** The settings of the target; the user's options or the defaults complete them. */
export type Wanted = Pick<
  Target,
  'name' | 'address' | 'port' | 'user' | 'identityFile' | 'insecureKeys' | 'hostKeyAlias'
>;

/** Seconds. */
const CONNECT_TIMEOUT_SECONDS = 10;

/** `web-1 (root@10.0.0.1:22)` */
export function label(endpoint: Endpoint): string {
  return `${endpoint.name} (${login(endpoint)}:${String(endpoint.port)})`;
}

/** `ssh -p 22 root@10.0.0.1` */
export function sshCommand(endpoint: Endpoint): string {
  return `ssh -p ${String(endpoint.port)} ${endpoint.user}@${endpoint.host}`;
}

function login({ user, host }: Endpoint): string {
  return `${user}@${host.includes(':') ? `[${host}]` : host}`;
}

/**
 * Says how to log in on a machine, without the way to it.
 *
 * @param alias the name that is asked for, without brackets.
 * @throws ConnectError when a name, port or option can't be used.
 */
export function endpointOf(
  wanted: Wanted,
  alias: string,
  options: SshOptions,
  client: Client,
): Endpoint {
  const option = (name: string): string | undefined => options.get(name)?.[0];
  const host = (option('hostname') ?? alias).replaceAll(/%([%h])/g, (_, token: string) =>
    token === 'h' ? alias : '%',
  );
  checkHost(host, wanted.name);
  const port = wanted.port ?? Number(option('port') ?? 22);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalid(wanted.name, `${JSON.stringify(option('port') ?? port)} is no port`);
  }
  const user = wanted.user ?? option('user') ?? client.user;
  if (!/^[^-\s\p{Cc}@:;&|$`'"\\<>()][^\s\p{Cc}@:;&|$`'"\\<>()]*$/u.test(user)) {
    throw invalid(wanted.name, `${JSON.stringify(user)} is no user name`);
  }
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    d: client.home,
    h: host,
    n: alias,
    p: String(port),
    r: user,
    u: client.user,
  };
  const expand = (file: string): string =>
    file
      .replace(/^~(?=\/|$)/, client.home)
      .replaceAll(/%(.)/g, (whole, token: string) => tokens[token] ?? whole)
      .replaceAll(/\$\{(\w+)\}/g, (_, name: string) => client.env[name] ?? '');

  const named = options.get('identityfile');
  return {
    name: wanted.name,
    host,
    port,
    user,
    hostKeyName:
      (wanted.hostKeyAlias ?? option('hostkeyalias'))?.toLowerCase() ?? hostKeyName(host, port),
    ...(wanted.identityFile === undefined ? {} : { identityFile: wanted.identityFile }),
    ...(wanted.insecureKeys && { insecureKeys: wanted.insecureKeys }),
    identityFiles: (named ?? (wanted.identityFile === undefined ? DEFAULT_IDENTITIES : []))
      .filter((file) => file !== 'none')
      .map(expand),
    identitiesNamed: named !== undefined,
    identitiesOnly: option('identitiesonly')?.toLowerCase() === 'yes',
    agent: agentSocket(option('identityagent'), client, expand),
    timeout: 1000 * seconds(option('connecttimeout')),
  };
}

function agentSocket(
  value: string | undefined,
  { env }: Client,
  expand: (file: string) => string,
): string | undefined {
  if (value === undefined || value === 'SSH_AUTH_SOCK') return variable(env, 'SSH_AUTH_SOCK');
  if (value.toLowerCase() === 'none') return undefined;
  if (/^\$\w+$/.test(value)) return variable(env, value.slice(1));
  const socket = expand(value);
  return socket === '' ? undefined : socket;
}

function seconds(value: string | undefined): number {
  const number = Number(value);
  return value !== undefined && number > 0 ? number : CONNECT_TIMEOUT_SECONDS;
}

/** Letters, digits and what addresses have; so no option, no space, no shell's or terminal's character. */
export function checkHost(host: string, name: string): void {
  if (!/^[\p{L}\p{N}_:.][\p{L}\p{N}_:.%-]*$/u.test(host)) {
    throw invalid(name, `${JSON.stringify(host)} is no host name or address`);
  }
}

/** The error for a value that can't be used. */
export function invalid(name: string, problem: string, hint?: string): ConnectError {
  return new ConnectError('configuration', `Cannot connect to ${name}: ${problem}`, { hint });
}

/** In the home folder, the quickest first. */
const DEFAULT_IDENTITIES = ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa'];
