import { asUser, sh, type Script } from '@fairness-deploy/core';
import type { ReleaseLayout } from '../layout.js';

/** How many digits of an object's hash are told: enough to know it again. */
const DIGITS = 16;

/** The most objects that are told, of about half a megabyte: what isn't told is sent again. */
const MOST_OBJECTS = 32_768;

/** How many of the last releases are looked at. */
const RELEASES = 3;

/**
 * Prints which objects the host's repository has of its last releases, as a line `objects`,
 * unless the client knows the last one: then it knows by itself.
 *
 * @param known commits that the client has
 */
export function printObjects(
  { repository }: ReleaseLayout,
  user: string,
  known: readonly string[],
): Script {
  const refs = `${repository}/refs/fairness-deploy`;
  const packed = `${repository}/packed-refs`;
  return sh`
    fd_last=$(
      {
        [ ! -d ${refs} ] || grep -rE '^[0-9a-f]{40,64}$' -- ${refs} | sed 's#^.*/\([^/:]*\):#\1 #'
        [ ! -f ${packed} ] || sed -n 's#^\([0-9a-f]\{40,64\}\) refs/fairness-deploy/\(.*\)$#\2 \1#p' ${packed}
      } | sort | sed -n '$ s/^.* //p'
    )
    fd_known=${` ${known.join(' ')} `}
    case $fd_known in
      *" $fd_last "*) fd_last= ;;
    esac
    if [ -n "$fd_last" ]; then
      fd_objects=$(
        ${asUser(
          user,
          sh`
          git -C ${repository} for-each-ref --sort=-refname --count=${RELEASES} --format=${'%(objectname)'} refs/fairness-deploy |
            git -C ${repository} rev-list --objects --no-walk --no-object-names --stdin |
            cut -c ${`1-${String(DIGITS)}`} | head -n ${MOST_OBJECTS} | tr '\n' ' '`,
        )}
      ) || fd_objects=
      printf 'objects %s\n' "$fd_objects"
    fi`;
}

/** What printObjects() printed, as part of more. @returns undefined when there was no need. */
export function parseObjects(output: string): HostObjects | undefined {
  const line = /^objects (.*)$/m.exec(output)?.[1];
  return line === undefined ? undefined : new HostObjects(line.split(' '));
}

/** Objects that a host has. */
export class HostObjects {
  readonly #ids: ReadonlySet<string>;

  /** @param ids the beginnings of their hashes; what is none is passed over */
  constructor(ids: readonly string[]) {
    this.#ids = new Set(ids.filter((id) => id.length === DIGITS && /^[0-9a-f]+$/.test(id)));
  }

  has(hash: string): boolean {
    return this.#ids.has(hash.slice(0, DIGITS));
  }
}
