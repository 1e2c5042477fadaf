import { HintedError } from '@fairness-deploy/shell/text';
import { defineResource } from '../resource/define-resource.js';
import {
  enterFolder,
  fail,
  lines,
  type Script,
  sh,
  takeFolder,
  withRightsOf,
} from '@fairness-deploy/shell';
import { checkAuthorizedKey } from '../resource-parts/authorized-keys.js';
import { checkAccountName } from '../resource-parts/ownership.js';
import {
  defineNotOwn,
  forgetOwn,
  recordOwn,
  type OwnAccount,
} from '../resource-parts/own-account.js';
import { endProcessesOf, lockHome, refuseLockedHome } from '../resource-parts/removed-account.js';
import { checkPath, MAKE_FOLDER } from '../resource-parts/path.js';
import { protectAccount } from '../resource-parts/protect-login.js';

/** The identity of a user. */
export interface SystemUserIdentity {
  readonly name: string;
}

/** A user of the host, with a group of the same name. Settings that are left out are left alone. */
export interface SystemUserSpec extends SystemUserIdentity {
  /** Absolute; default for a new user: `/home/<name>`. Created when missing. */
  readonly home?: string;
  readonly shell?: string;
  /** Its other groups: these and no more. They must exist. */
  readonly groups?: readonly string[];
  /** The keys for its login, in OpenSSH's format: these and no more. */
  readonly authorizedKeys?: readonly string[];
  /** Whether a new user gets a number of the range for programs, below 1000. */
  readonly system?: boolean;
  /**
   * Whether it is an application's own, which needs a home: then an account is refused that people
   * log in as, that can become root, or that belongs to another program.
   */
  readonly dedicated?: boolean;
}

interface UserState {
  readonly home: string | undefined;
  readonly shell: string | undefined;
  readonly groups: readonly string[] | undefined;
  readonly authorizedKeys: readonly string[] | undefined;
  readonly authorizedKeysAccess: string | undefined;
}

/**
 * A user of the host. Removing one leaves its home.
 *
 * What is in the home is read and written as that user, so that a link that it put there
 * leads nowhere that it couldn't go itself.
 *
 * @throws RangeError when a name, path or key isn't one.
 */
export const systemUser = defineResource<
  SystemUserSpec,
  UserState,
  SystemUserIdentity & Partial<SystemUserSpec>
>({
  type: 'user',
  name: ({ name }) => name,
  check({ name, home, shell, groups = [], authorizedKeys = [], dedicated }) {
    if (dedicated && home === undefined) {
      throw new RangeError(`Cannot make ${name} an application's own user without its home`);
    }
    // useradd(8), CAVEATS: a name can't be all digits.
    for (const account of [name, ...groups]) {
      checkAccountName(account);
      if (/^\d/.test(account))
        throw new RangeError(`Cannot name a user or group '${account}': it begins with a digit`);
    }
    for (const path of [home, shell]) {
      if (path !== undefined && checkPath(`a path of the user ${name}`, path).includes(':')) {
        throw new RangeError(`Cannot use '${path}' for the user ${name}: it has a ':'`);
      }
    }
    authorizedKeys.forEach(checkAuthorizedKey);
  },
  read: ({ name, home, groups, authorizedKeys, dedicated }) => sh`
    # Status 2: there is no such user; getent(1), EXIT STATUS.
    fd_entry=$(getent passwd ${name}) || { [ $? -eq 2 ] && exit 0; exit 1; }
    printf '%s\n' "$fd_entry"
    fd_home=\${fd_entry%:*}
    fd_home=\${fd_home##*:}
    if [ -d "$fd_home" ]; then echo home; else echo; fi
    ${groups === undefined ? sh`echo` : sh`id -nG -- ${name}`}
    ${dedicated && home !== undefined ? printNotOwn({ name, home }) : sh`:`}
    ${authorizedKeys === undefined ? sh`:` : readKeys(name)}`,
  parse(output, { name, authorizedKeys }) {
    const [entry = '', hasHome, groups = '', ...keyLines] = output.split('\n');
    const fields = entry.split(':');
    const [home, shell] = [fields[5], fields[6]];
    if (fields.length !== 7 || fields[0] !== name) {
      throw new Error(`Cannot understand the user entry ${JSON.stringify(entry)}`);
    }
    const foreign = keyLines.find((line) => line.startsWith('not own '));
    if (foreign !== undefined) {
      throw new HintedError(`${whyTaken(name)}${foreign.slice('not own '.length)}`, {
        hint: NAME_ANOTHER,
      });
    }
    const access = keyLines
      .filter((line) => line.startsWith('access '))
      .map((line) => line.slice(7));
    const keys = keyLines
      .filter((line) => line.startsWith('key '))
      .map((line) => line.slice(4).trim());
    return {
      home: hasHome === 'home' ? home : undefined,
      shell,
      // The first is the primary one; id(1).
      groups: groups.split(' ').slice(1).sort(),
      authorizedKeys:
        authorizedKeys && keys.filter((key) => key !== '' && !key.startsWith('#')).sort(),
      authorizedKeysAccess: authorizedKeys && access.join(', '),
    };
  },
  desired: ({ name, home, shell, groups, authorizedKeys }) => ({
    home,
    shell,
    groups: groups && [...new Set(groups)].sort(),
    authorizedKeys: authorizedKeys && keysOf(authorizedKeys),
    authorizedKeysAccess: authorizedKeys && `700 ${name} .ssh, 600 ${name} authorized_keys`,
  }),
  write({ name, home, shell, groups, authorizedKeys, system, dedicated }) {
    const changes = [
      ...(home === undefined ? [] : ['--home', home]),
      ...(shell === undefined ? [] : ['--shell', shell]),
      ...(groups === undefined ? [] : ['--groups', groups.join(',')]),
    ];
    const range = system ? sh`--system` : sh``;
    return sh`
      ${dedicated && home !== undefined ? refuseNotOwn({ name, home }) : sh`:`}
      ${shell === undefined ? sh`:` : checkShell(name, shell)}
      umask 022
      getent group ${name} >/dev/null || groupadd ${range} -- ${name}
      fd_is_new=
      getent passwd ${name} >/dev/null || fd_is_new=yes
      getent passwd ${name} >/dev/null || useradd ${range} --gid ${name} --no-create-home --home-dir ${home ?? `/home/${name}`} -- ${name}
      ${changes.length === 0 ? sh`:` : sh`usermod ${changes} -- ${name}`}
      fd_home=$(getent passwd ${name})
      fd_home=\${fd_home%:*}
      fd_home=\${fd_home##*:}
      ${dedicated ? sh`:` : refuseLockedHome(name)}
      if [ ! -d "$fd_home" ]; then
        (
          ${enterFolder(sh`"\${fd_home%/*}"`, { failure: `Cannot make the home of ${name}`, owner: name, parents: true, missing: MAKE_FOLDER })}
          mkdir -m 0750 -- "./\${fd_home##*/}"
          ${takeFolder(sh`"\${fd_home##*/}"`)}
          chown ${name}: .
        )
      fi
      ${authorizedKeys === undefined ? sh`:` : writeKeys(name, keysOf(authorizedKeys))}
      ${dedicated ? recordOwn(name) : sh`:`}`;
  },
  protect(login, { name }, from, to) {
    protectAccount(login, name, from, to);
  },
  tryLogin: (login, { name, groups }, ensure) =>
    login.user === name && groups !== undefined && ensure === 'present'
      ? sh`
        fd_groups=$(id -gn -- ${name})
        # Shells of packages may not be there yet, and allow nothing then.
        for fd_group in ${[...groups]}; do
          ! getent group "$fd_group" >/dev/null || fd_groups=$fd_groups,$fd_group
        done`
      : undefined,
  remove: ({ name }) => sh`
    ${whereThereIs('passwd', name, lines(endProcessesOf(name), lockHome(name), sh`userdel -- ${name}`))}
    ${whereThereIs('group', name, sh`groupdel -- ${name}`)}
    ${forgetOwn(name)}`,
  owns: ({ name, home = `/home/${name}` }) => [
    { kind: 'user', name },
    { kind: 'home', name: `${name}:${home}`, data: 'data' },
  ],
  follows: () => ['apt:packages'],
});

/** Status 2: there is no such entry; getent(1), EXIT STATUS. Any other: the host can't tell. */
function whereThereIs(database: 'passwd' | 'group', name: string, run: Script): Script {
  return sh`
    if getent ${database} ${name} >/dev/null; then
      ${run}
    elif [ $? -ne 2 ]; then
      ${fail(`Cannot remove ${name}: this host can't look it up`, `see: getent ${database} ${name}`)}
    fi`;
}

const NAME_ANOTHER = 'Name another user under application.user; it is made when it is not there';

/** The beginning of the sentence; a reason of `fd_not_own` ends it. */
function whyTaken(name: string): string {
  return `Cannot run an application as ${name}: this user is there already, and `;
}

function printNotOwn(account: OwnAccount): Script {
  return sh`
    ${defineNotOwn(account)}
    fd_not_own | sed 's/^/not own /'`;
}

/** An account may have been created since the read. */
function refuseNotOwn(account: OwnAccount): Script {
  return sh`
    ${defineNotOwn(account)}
    fd_reason=$(fd_not_own)
    if [ -n "$fd_reason" ]; then
      printf '%s%s\n  → %s\n' ${whyTaken(account.name)} "$fd_reason" ${NAME_ANOTHER} >&2
      exit 1
    fi`;
}

/** A user whose shell doesn't exist can't log in, root included; only a console helps then. */
function checkShell(name: string, shell: string): Script {
  return sh`
    if [ ! -f ${shell} ] || [ ! -x ${shell} ]; then
      ${fail(`Cannot give ${name} the shell ${shell}: there is no such program on this host`, 'add its package to server.packages, or correct the path')}
    fi`;
}

function keysOf(keys: readonly string[]): readonly string[] {
  return [...new Set(keys.map(checkAuthorizedKey))].sort();
}

/** Each line of the file after the word `key`, so that none can pass for another part of the output. */
function readKeys(name: string): Script {
  return sh`
    [ -d "$fd_home/.ssh" ] || exit 0
    timeout 10 ${withRightsOf(name, KEYS_READER, sh`"$fd_home"`)}`;
}

const KEYS_READER = sh`
  cd -- "$1/.ssh" || exit
  stat -c 'access %a %U .ssh' .
  [ -f authorized_keys ] || exit 0
  stat -c 'access %a %U authorized_keys' authorized_keys
  head -c 65536 authorized_keys | sed 's/^/key /'`;

function writeKeys(name: string, keys: readonly string[]): Script {
  return sh`
    if [ -d "$fd_home/.ssh" ] && [ "$(stat -c %u -- "$fd_home/.ssh")" != "$(id -u -- ${name})" ]; then
      (
        ${enterFolder(sh`"$fd_home"`, { failure: `Cannot write the keys of ${name}`, owner: name, missing: MAKE_FOLDER })}
        ${takeFolder('.ssh')}
        chown ${name}: .
      )
    fi
    # That user could have put a pipe there, or stop processes with the user's rights.
    timeout --kill-after=5 60 ${withRightsOf(name, KEYS_WRITER, sh`"$fd_home"`, keys)} ||
      ${fail(`Cannot write the keys of ${name}: see above, or, if there is nothing, it took longer than 60 s`, 'see what is in its folder .ssh')}`;
}

const KEYS_WRITER = sh`
  umask 077
  cd -- "$1"
  shift
  [ -d .ssh ] || mkdir .ssh
  chmod 700 .ssh
  cd .ssh
  rm -f .authorized_keys.fd-new
  [ $# -eq 0 ] || printf "%s\n" "$@" >.authorized_keys.fd-new
  [ $# -gt 0 ] || : >.authorized_keys.fd-new
  chmod 600 .authorized_keys.fd-new
  sync .authorized_keys.fd-new
  mv -fT .authorized_keys.fd-new authorized_keys`;
