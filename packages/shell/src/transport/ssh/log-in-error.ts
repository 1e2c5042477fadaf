import { protectionHint } from '../../client/exposed-file.js';
import { quote } from '../../text/quote.js';
import { excerpt } from '../../text/excerpt.js';
import { ConnectError } from '../errors.js';
import { label, sshCommand, type Endpoint } from './endpoint.js';
import type { Identities } from './identities.js';
import type { ClientError } from './libraries.js';

/** The progress of a login. */
export interface Progress {
  phase: 'greeting' | 'handshake' | 'authentication';
  /** The beginning of what the server sent. */
  said: string;
  readonly tried: string[];
  /** The methods with which the server lets users continue. */
  methods: readonly string[];
  /** The server's last message to the user. */
  banner?: string;
  /** Whether a key was accepted, but isn't enough. */
  partial?: boolean;
}

/**
 * The server closed the connection instead of a greeting: it may have too many connections, so a
 * later try may succeed.
 */
export class DroppedError extends ConnectError {}

/**
 * The server has no key of a pinned type; only a connection without that restriction shows its
 * keys.
 */
export class KeyTypeError extends ConnectError {}

/** Says why a login failed, from ssh2's error and the progress. */
export function logInError(
  endpoint: Endpoint,
  error: ClientError,
  progress: Progress,
  identities: Identities,
): ConnectError {
  const cause = error;
  if (error.level === 'client-timeout') {
    return new ConnectError(
      'timeout',
      `Cannot log in on ${label(endpoint)}: it answers, but the login did not end in time`,
      {
        hint: `The machine may be too busy: try ${sshCommand(endpoint)}. ConnectTimeout in ~/.ssh/config gives it more time`,
        cause,
      },
    );
  }
  if (progress.phase === 'greeting') {
    const [said = ''] = progress.said.trim().split('\n');
    // sshd's message when it has too many connections, or had too many failures.
    if (said === '' || /MaxStartups|Not allowed at this time/.test(said)) {
      return new DroppedError(
        'unreachable',
        `Cannot connect to ${label(endpoint)}: the server hangs up at once${said === '' ? '' : `: ${excerpt(said)}`}`,
        {
          hint: `It may have too many connections (MaxStartups in sshd_config), or another service listens on port ${String(endpoint.port)}`,
          cause,
        },
      );
    }
    return new ConnectError(
      'protocol',
      `Cannot connect to ${label(endpoint)}: what listens there is no SSH server; it says ${JSON.stringify(excerpt(said))}`,
      { hint: 'Correct the port in environment.yaml', cause },
    );
  }
  if (error.message.includes('no matching host key')) {
    return new KeyTypeError(
      'protocol',
      `Cannot connect to ${label(endpoint)}: it has no host key of a type that is pinned or known`,
      { cause },
    );
  }
  if (progress.phase === 'authentication') {
    if (hungUp(error, progress)) {
      const { banner = '' } = progress;
      return new ConnectError(
        'authentication',
        `Cannot log in to ${label(endpoint)}: the server hung up after a key had been tried` +
          `${banner.trim() === '' ? '' : `, and says ${JSON.stringify(excerpt(banner))}`}${attempts(progress, identities)}`,
        {
          hint:
            'The account may be locked, or the machine refuses logins while it starts or stops: ' +
            'try again, or see there what the log says: journalctl -u ssh',
          cause,
        },
      );
    }
    return new ConnectError(
      'authentication',
      `Cannot log in to ${label(endpoint)}: ${refusal(error, progress)}${attempts(progress, identities)}`,
      { hint: authenticationHint(endpoint, identities), cause },
    );
  }
  return new ConnectError(
    'protocol',
    `Cannot connect to ${label(endpoint)}: ${excerpt(error.message)}`,
    { hint: `Check that ${sshCommand(endpoint)} works`, cause },
  );
}

/** SSH_DISCONNECT_PROTOCOL_ERROR: what OpenSSH sends when MaxAuthTries is exceeded. */
const PROTOCOL_ERROR = 2;

/** A server that refuses keys says so. One that hangs up may have accepted one, and then refused the account (pam_nologin(8)). */
function hungUp({ level, code }: ClientError, { tried, partial = false }: Progress): boolean {
  if (partial || tried.length === 0 || code === PROTOCOL_ERROR) return false;
  return level !== 'client-authentication' && level !== 'agent';
}

function refusal(error: ClientError, { tried, methods, partial = false }: Progress): string {
  if (error.code === PROTOCOL_ERROR) {
    return `the server hung up after ${String(tried.length)} keys (${excerpt(error.message)})`;
  }
  if (partial)
    return `the key was accepted, but the server asks for ${methods.join(' or ')} as well`;
  if (error.level === 'agent') return `the agent does not sign (${excerpt(error.message)})`;
  if (methods.length > 0 && !methods.includes('publickey')) {
    return `the server takes no keys, only ${methods.join(', ')}`;
  }
  if (error.level !== 'client-authentication') return excerpt(error.message);
  return tried.length === 0 ? 'there is no key to try' : 'the server accepts none of the keys';
}

function attempts({ tried }: Progress, { leftOut }: Identities): string {
  const list = (title: string, items: readonly string[]): string =>
    items.length === 0 ? '' : `\n  ${title}\n${items.map((item) => `    ${item}`).join('\n')}`;
  return `${list('tried:', tried)}${list('left out:', leftOut)}`;
}

function authenticationHint(
  endpoint: Endpoint,
  { encrypted, exposed, usable }: Identities,
): string {
  if (exposed !== undefined) return protectionHint(exposed);
  if (encrypted !== undefined) {
    return `Give the key to the agent: eval "$(ssh-agent)"; ssh-add ${quote(encrypted)}`;
  }
  if (usable.length === 0) {
    return 'Name a private key with identityFile in environment.yaml, or give one to the agent: ssh-add';
  }
  return (
    `Allow one of them there: ssh-copy-id -p ${String(endpoint.port)} ${endpoint.user}@${endpoint.host}\n` +
    'or name the right one with identityFile in environment.yaml'
  );
}
