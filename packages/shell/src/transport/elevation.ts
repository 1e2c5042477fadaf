import { excerpt } from '../text/excerpt.js';
import { nonce } from '../text/nonce.js';
import type { Opening, Prompt } from './shell/open-shell.js';
import { ConnectError } from './errors.js';
import type { Login, Target } from './transport.js';

/** How a program becomes root: the words before it, and sudo's prompt. */
export interface Elevation {
  readonly words: readonly string[];
  readonly prompt?: Prompt;
}

/**
 * Says how to become root on a target. With a password, sudo reads it from standard
 * input, without a terminal, after a prompt that nothing else can print.
 *
 * @param isRoot whether the login is root's already.
 * @throws ConnectError when the password holds a line break: its rest would reach the shell.
 */
export function elevation(target: Target, isRoot: boolean, label: string): Elevation {
  if (!target.sudo || isRoot) return { words: [] };
  const answer = target.sudoPassword;
  if (answer === undefined) return { words: ['sudo', '-n', '--'] };
  if (/[\r\n\0]/.test(answer.reveal())) {
    throw new ConnectError(
      'sudo',
      `Cannot become root on ${label}: the sudo password (${answer.name}) holds a line break`,
    );
  }
  // Letters and digits only: sudo fills in `%` in its prompt.
  const mark = `sudo${nonce()}:`;
  return { words: ['sudo', '-S', '-p', mark, '--'], prompt: { mark, answer } };
}

/** A login's way to become root, for later connections. */
export function sudoOf({ sudoPassword }: Target, { words }: Elevation): Pick<Login, 'sudo'> {
  if (words.length === 0) return {};
  return { sudo: sudoPassword === undefined ? {} : { password: sudoPassword } };
}

/** The error for a shell of root that didn't open. */
export function openingError(
  opening: Exclude<Opening, { status: 'ready' }>,
  login: { readonly name: string; readonly user: string },
  elevation: Elevation,
  label: string,
): ConnectError {
  if (opening.status === 'wrong-answer') {
    return new ConnectError(
      'sudo',
      `Cannot become root on ${label}: sudo doesn't accept the password`,
      {
        hint: `Correct sudoPassword of the host ${login.name} in environment.yaml, or the secret that it names`,
      },
    );
  }
  // The prompt is for us, not for people.
  const said = lastLines(opening.said.replaceAll(elevation.prompt?.mark ?? '\0', ''));
  if (elevation.words.length === 0 || !opening.begun) {
    return new ConnectError(
      opening.status === 'timeout' ? 'timeout' : 'protocol',
      `Cannot open a shell on ${label}: ${opening.reason}${said}`,
      {
        hint:
          `${login.user} needs a login shell that runs commands, and a password that hasn't expired: ` +
          `see there what these say: getent passwd ${login.user}; chage -l ${login.user}`,
      },
    );
  }
  return new ConnectError('sudo', `Cannot become root on ${label}: ${opening.reason}${said}`, {
    hint: hint(opening.said, login, elevation),
  });
}

/** Only words for people depend on sudo's message; its exit status decides that it failed. */
function hint(
  said: string,
  { name, user }: { readonly name: string; readonly user: string },
  { prompt }: Elevation,
): string {
  if (said.includes('must have a tty')) {
    return `Allow sudo without a terminal there, in /etc/sudoers.d: Defaults:${user} !requiretty`;
  }
  if (said.includes('not found')) {
    return 'Install sudo there, or connect as root: user: root';
  }
  if (prompt === undefined && /(?:password|terminal) is required/.test(said)) {
    return (
      `Give the password as sudoPassword of the host ${name} in environment.yaml, by a secret: sudoPassword: \${secrets.sudo}; ` +
      `or allow sudo without one there, in /etc/sudoers.d: ${user} ALL=(ALL) NOPASSWD: ALL`
    );
  }
  return `Let ${user} run all commands as root there, in /etc/sudoers.d: ${user} ALL=(ALL) NOPASSWD: ALL`;
}

function lastLines(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? '' : `: ${lines.slice(-3).map(excerpt).join(' / ')}`;
}
