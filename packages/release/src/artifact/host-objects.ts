import { readAsUser, sh, type Script } from '@fairness-deploy/shell';
import type { Layout } from '../application/layout.js';

/** How many digits of an object's hash are printed: enough to recognise it. */
const DIGITS = 16;

/** The most objects that are printed, about half a megabyte: the client sends others again. */
const MOST_OBJECTS = 32_768;

/** How many of the last releases are read. */
const RELEASES = 3;

/**
 * Prints which objects the host's repository has of its last releases, as a line `objects`, unless
 * the client has the last one itself.
 *
 * @param known commits that the client has
 */
export function printObjects(
  { repository }: Layout,
  user: string,
  known: readonly string[],
): Script {
  const read = sh`
    cd -- ${repository}
    fd_refs=$(git for-each-ref --sort=-refname --count=${RELEASES} --format=${'%(objectname)'} refs/fairness-deploy)
    fd_last=$(printf '%s\n' "$fd_refs" | head -n 1)
    [ -n "$fd_last" ] || exit 0
    case ${` ${known.join(' ')} `} in *" $fd_last "*) exit 0 ;; esac
    printf !
    printf '%s\n' "$fd_refs" |
      git rev-list --objects --no-walk --no-object-names --stdin |
      cut -c ${`1-${String(DIGITS)}`} | head -n ${MOST_OBJECTS} | tr '\n' ' '`;
  return sh`
    fd_objects=
    if [ -d ${repository} ]; then
      fd_objects=$(${readAsUser(user, read, { bytes: MOST_OBJECTS * (DIGITS + 1) + 1, seconds: 30 })} | tr -cd '!0-9a-f ')
    fi
    case $fd_objects in
      '!'*) printf 'objects %s\n' "\${fd_objects#!}" ;;
    esac`;
}

/** Parses the line of printObjects(). @returns undefined when there is none. */
export function parseObjects(output: string): HostObjects | undefined {
  const line = /^objects (.*)$/m.exec(output)?.[1];
  return line === undefined ? undefined : new HostObjects(line.split(' '));
}

/** Objects that a host has. */
export class HostObjects {
  readonly #ids: ReadonlySet<string>;

  /** @param ids the beginnings of their hashes; other texts are ignored */
  constructor(ids: readonly string[]) {
    this.#ids = new Set(ids.filter((id) => id.length === DIGITS && /^[0-9a-f]+$/.test(id)));
  }

  has(hash: string): boolean {
    return this.#ids.has(hash.slice(0, DIGITS));
  }
}
