import { HintedError } from '@fairness-deploy/shell/text';
import { type Login, type Script, sh } from '@fairness-deploy/shell';
import { isUnknown } from './file-text.js';
import type { FullOwnership } from './ownership.js';

/** The parts of an account that a login needs. Undefined: left as it is, or not asked for. */
export interface LoginAccount {
  readonly home: string | undefined;
  readonly shell: string | undefined;
  readonly authorizedKeys: readonly string[] | undefined;
}

/** Options of authorized_keys that keep a key from being used as this connection uses it (sshd(8)). */
const NARROWING =
  /(?:^|,)(?:command=|from=|expiry-time=|principals=|cert-authority\b|verify-required\b)/i;

/**
 * Refuses a change of the connection's own account after which it could not log in again.
 *
 * @param to undefined: the account is to be removed
 * @throws Error that says what the change takes away, and what to write instead.
 */
export function protectAccount(
  login: Login,
  name: string,
  from: LoginAccount,
  to: LoginAccount | undefined,
): void {
  if (login.user !== name) return;
  if (!to) {
    throw new HintedError(`Cannot remove ${name}: this connection logged in as ${name}`, {
      hint: `Log in as another user first (hosts.<host>.user), or keep server.users.${name}`,
    });
  }
  if (to.home !== undefined && from.home !== undefined && to.home !== from.home) {
    throw new HintedError(
      `Cannot move the home of ${name} to ${to.home}: this connection logged in as ${name}, with a key in ${from.home}`,
      { hint: `Write home: ${from.home}, or log in as another user` },
    );
  }
  if (to.shell !== undefined && to.shell !== from.shell && !runsCommands(to.shell)) {
    throw new HintedError(
      `Cannot give ${name} the shell ${to.shell}: this connection logged in as ${name}, and after this nobody can log in as ${name}`,
      { hint: `Write shell: ${from.shell ?? '/bin/bash'}, or log in as another user` },
    );
  }
  if (to.authorizedKeys && from.authorizedKeys) {
    protectKey(login, from.authorizedKeys, to.authorizedKeys, `authorizedKeys of ${name}`);
  }
}

/**
 * Refuses lines of authorized_keys that lack the connection's own key, if the old lines have it.
 *
 * @param place names the lines in the message
 * @throws Error with the line to add.
 */
export function protectKey(
  { user, publicKey }: Login,
  from: readonly string[],
  to: readonly string[],
  place: string,
): void {
  if (publicKey === undefined) return;
  const before = from.filter((line) => hasKey(line, publicKey));
  if (before.length === 0) return;
  const allows = (line: string): boolean =>
    hasKey(line, publicKey) &&
    (before.includes(line) || !NARROWING.test(optionsOf(line, publicKey)));
  if (to.some(allows)) return;
  throw new HintedError(
    `Cannot change the ${place}: the key that this connection logged in with as ${user} would no longer be accepted`,
    { hint: `Add this line there: ${before[0] ?? publicKey}` },
  );
}

/** Whether a login shell runs its command. */
function runsCommands(shell: string): boolean {
  return !/\/(?:nologin|false|true|sync|halt|shutdown)$/.test(shell);
}

function hasKey(line: string, publicKey: string): boolean {
  return ` ${line} `.includes(` ${publicKey} `);
}

function optionsOf(line: string, publicKey: string): string {
  return line.slice(0, line.indexOf(publicKey));
}

/** Files below these decide who may log in, and who becomes root by sudo. */
const DECIDING = [
  '/etc/ssh',
  '/etc/sudoers',
  '/etc/sudoers.d',
  '/etc/sudo.conf',
  '/etc/pam.d',
  '/etc/security',
  '/etc/passwd',
  '/etc/group',
  '/etc/shadow',
  '/etc/shells',
  '/etc/nsswitch.conf',
  '/etc/nologin',
  '/etc/hosts.allow',
  '/etc/hosts.deny',
];

/** Whether a file can break the connection's login, anywhere in /etc. */
export function decidesOnLogins(path: string): boolean {
  return DECIDING.some((one) => path === one || path.startsWith(`${one}/`));
}

/**
 * Prints the files in which sshd looks for a login's public keys, one on a line, if sshd tells. See
 * sshd_config(5), AuthorizedKeysFile: `%%`, `%h`, `%u` and `%U`, and paths relative to the home.
 */
export function printKeyFiles(user: string): Script {
  return sh`
    fd_entry=$(getent passwd ${user}) || exit 0
    fd_home=\${fd_entry%:*}
    fd_home=\${fd_home##*:}
    [ -d /run/sshd ] || mkdir -m 0755 /run/sshd
    fd_files=$({ /usr/sbin/sshd -T -C ${`user=${user},host=,addr=`} 2>/dev/null || :; } | sed -n 's/^authorizedkeysfile //p')
    for fd_file in \${fd_files:-.ssh/authorized_keys}; do
      fd_file=$(printf '%s\n' "$fd_file" | sed -e 's|%u|'${user}'|g' -e "s|%h|$fd_home|g" -e "s|%U|$(id -u -- ${user})|g" -e 's|%%|%|g')
      case $fd_file in /*) ;; *) fd_file=$fd_home/$fd_file ;; esac
      printf '%s\n' "$fd_file"
      # It may be declared by the path that a link leads to.
      readlink -m -- "$fd_file"
    done`;
}

/**
 * Refuses a file of the login's public keys that lacks the one in use: one that sshd looks in, or
 * one with the login's name in its path, which sshd may be about to look in. When the text of a
 * file that sshd looks in is unknown, the file may have the key: it counts as having it.
 *
 * @param to undefined: the file is to be removed
 * @throws Error with the line to add.
 */
export function protectKeyFile(
  login: Login,
  path: string,
  from: string,
  to: string | undefined,
): void {
  const isLookedIn = login.keyFiles?.includes(path) === true;
  if (!isLookedIn && !path.split('/').includes(login.user)) return;
  const lines =
    isLookedIn && isUnknown(from) && login.publicKey !== undefined
      ? [login.publicKey]
      : linesOf(from);
  protectKey(login, lines, linesOf(to ?? ''), `file ${path}`);
}

/**
 * Refuses a folder on the way to the login's public keys that sshd would not take them from any more
 * (sshd_config(5), StrictModes), or that would be removed.
 *
 * @param to undefined: the folder is to be removed
 * @throws Error with what the folder needs.
 */
export function protectKeyFolder(
  { user, keyFiles = [] }: Login,
  path: string,
  to: Pick<FullOwnership, 'owner' | 'mode'> | undefined,
): void {
  if (!keyFiles.some((file) => file.startsWith(`${path}/`))) return;
  const lost = `this connection logged in as ${user}, with a key below ${path}`;
  if (!to) {
    throw new HintedError(`Cannot remove ${path}: ${lost}`, {
      hint: 'Keep it, or log in as another user first',
    });
  }
  const mode = Number.parseInt(to.mode, 8);
  const isPassable = to.owner === user || (mode & 0o011) !== 0;
  if (['root', user].includes(to.owner) && (mode & 0o022) === 0 && isPassable) return;
  throw new HintedError(
    `Cannot give ${path} to ${to.owner} with the mode ${to.mode}: ${lost}, and sshd would no longer accept that key`,
    { hint: `Give it to root or ${user}, and allow nobody else to write there: mode: '0755'` },
  );
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim());
}
