import { fail, type Script, sh } from '@fairness-deploy/shell';
import { COPY_ETC } from './etc-copy.js';
import { OTHERS_BROKEN } from './live-file.js';
import type { LiveFolder } from './live-folder.js';

/** A program that checks all of its configuration, or one file of it alone. */
interface Daemon {
  /** For messages. */
  readonly name: string;
  /** Exists when there is something to check: an absolute path. */
  readonly program: string;
  /**
   * Fails, and says why, when the configuration below /etc can't be used. Runs in conditions, where
   * `set -e` does nothing.
   */
  readonly check: Script;
  /** The same for the file `$1` alone, as far as the program can check one. */
  readonly checkAlone?: Script;
}

/** Fails, and says why, when sshd could not start with its configuration. */
export const CHECK_SSHD: Script = sh`
  # Debian's unit makes it; with socket activation, it may be gone.
  [ -d /run/sshd ] || mkdir -m 0755 /run/sshd
  /usr/sbin/sshd -t`;

const SSHD: Daemon = {
  name: 'sshd',
  program: '/usr/sbin/sshd',
  check: CHECK_SSHD,
  checkAlone: sh`/usr/sbin/sshd -t -f "$1"`,
};

/** sudo ignores a file that another user than root could change (sudoers(5), sudoers_uid and sudoers_mode). */
function refuseIgnored(paths: Script): Script {
  return sh`
    fd_ignored=$(find -L ${paths} -maxdepth 1 -type f '(' -perm -002 -o ! -user root ')' -print -quit)
    if [ -n "$fd_ignored" ]; then
      printf 'sudo ignores %s, as another user than root can write to it: mode 0440, owner root\n' "$fd_ignored" >&2
      exit 1
    fi`;
}

const SUDO: Daemon = {
  name: 'sudo',
  program: '/usr/sbin/visudo',
  // With -f it doesn't ask for mode 0440, which sudo itself doesn't ask for either. With -q it
  // would not say what is wrong.
  check: sh`
    /usr/sbin/visudo -cf /etc/sudoers >/dev/null || exit
    ${refuseIgnored(sh`/etc/sudoers /etc/sudoers.d`)}`,
  checkAlone: sh`
    /usr/sbin/visudo -cf "$1" >/dev/null || exit
    ${refuseIgnored(sh`"$1"`)}`,
};

const NGINX: Daemon = { name: 'nginx', program: '/usr/sbin/nginx', check: sh`nginx -t -q` };

/** Its messages quote values of environment=, which may be secret. */
const PARSE_SUPERVISOR = [
  'from supervisor.options import ServerOptions',
  'options = ServerOptions()',
  'options.configfile = "/etc/supervisor/supervisord.conf"',
  'options.process_config_file(False)',
].join('\n');

const SUPERVISOR: Daemon = {
  name: 'Supervisor',
  program: '/usr/bin/supervisord',
  check: sh`
    if ! /usr/bin/python3 -I -W ignore -c ${PARSE_SUPERVISOR} 2>/dev/null; then
      ${fail('Cannot use the configuration of Supervisor: its parser refuses it')}
    fi`,
};

const DAEMONS = { sshd: SSHD, sudo: SUDO, nginx: NGINX, supervisor: SUPERVISOR };

/**
 * The folders of programs on which logins, sudo and sites depend. The program checks a file there
 * before it goes live, and the old file is restored when the program refuses it. Nothing loads it:
 * a service that is declared does, or a plugin that knows more of the folder.
 */
export const KNOWN_FOLDERS: readonly LiveFolder[] = [
  known('/etc/ssh', SSHD, (path) => /^\/etc\/ssh\/sshd_config(?:$|\.d\/)/.test(path)),
  known('/etc/sudoers', SUDO),
  known('/etc/sudoers.d', SUDO),
  known('/etc/nginx', NGINX),
  known('/etc/supervisor', SUPERVISOR),
];

function known(
  folder: string,
  daemon: Daemon,
  isChecked: (path: string) => boolean = () => true,
): LiveFolder {
  return {
    folder,
    follows: ['apt:packages'],
    live: (path) => ({
      path,
      isLoaded: false,
      check: (staged) => (isChecked(path) ? checkInCopy(daemon, path, staged) : sh`:`),
      load: isChecked(path) ? checkInPlace(daemon, path) : sh`:`,
    }),
  };
}

/**
 * Fails, and says why, when a program of {@link KNOWN_FOLDERS} refuses its configuration with the
 * staged file, or nothing, at a path; does nothing when the host doesn't allow the copy.
 */
export function checkKnownFile(
  name: keyof typeof DAEMONS,
  path: string,
  staged: string | undefined,
): Script {
  return checkInCopy(DAEMONS[name], path, staged);
}

/**
 * When other files break the configuration already, a file that is sound by itself is allowed; one
 * of nginx or Supervisor always, as these can't check one file alone.
 */
function checkInCopy(daemon: Daemon, path: string, staged: string | undefined): Script {
  const { name, program, check, checkAlone } = daemon;
  const act = staged === undefined ? 'remove' : 'use';
  const put =
    staged === undefined
      ? sh`rm -f -- "$fd_copy"${path}`
      : sh`cp -PpT --remove-destination -- ${staged} "$fd_copy"${path}`;
  const isSound =
    staged !== undefined && checkAlone
      ? sh`sh -euc ${checkAlone.reveal()} sh ${staged} >/dev/null 2>&1`
      : sh`true`;
  return sh`
    [ -x ${program} ] || exit 0
    ${COPY_ETC}
    # Then it is checked when it is in place.
    fd_in_copy true 2>/dev/null || exit 0
    ${put}
    if ! fd_in_copy sh -euc ${check.reveal()} >"$fd_copy/said" 2>&1; then
      if ! ( ${check} ) >/dev/null 2>&1 && ${isSound}; then exit 0; fi
      cat -- "$fd_copy/said" >&2
      ${fail(`Cannot ${act} ${path}: ${name} refuses its configuration then, see above; nothing was changed`)}
    fi`;
}

function checkInPlace({ program, check, checkAlone }: Daemon, path: string): Script {
  const isSound = checkAlone
    ? sh`[ -e ${path} ] && sh -euc ${checkAlone.reveal()} sh ${path} >/dev/null 2>&1`
    : sh`false`;
  return sh`
    [ -x ${program} ] || exit 0
    if ( ${check} ); then exit 0; fi
    if ${isSound}; then exit ${OTHERS_BROKEN}; fi
    exit 1`;
}
