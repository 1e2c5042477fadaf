import { printable } from '@fairness-deploy/shell/text';
import { z } from '@fairness-deploy/core';
import { sh, type Script } from '@fairness-deploy/shell';

/** A migration that ran in a deployment. */
export interface Migrated {
  /** How long the command took, with all that stood before it. */
  readonly seconds: number;
  /** How many migrations it has applied; undefined: no plugin knows. */
  readonly count?: number;
  /** Their names, the first ones of many. The database's users choose them. */
  readonly names?: readonly string[];
}

/** The most names that a deployment is recorded with, and the most bytes of one. */
const MOST = 50;
const LONGEST_BYTES = 200;

/** The names come in hexadecimal digits: so a shell can write any of them into a line of JSON. */
export const migratedSchema = z.object({
  seconds: z.number(),
  count: z.int().exactOptional(),
  names: z
    .array(
      z
        .string()
        .regex(/^(?:[0-9a-f]{2})+$/)
        .transform((digits) => printable(Buffer.from(digits, 'hex').toString('utf8'))),
    )
    .exactOptional(),
});

/** Where the present deployment is recorded. */
interface Pending {
  readonly pending: string;
}

/** The file of the present deployment's migration, once it has ended. Root's alone. */
function fileOf({ pending }: Pending): string {
  return `${pending}.migrated`;
}

/** Removes the record once it is in the history. */
export function forgetMigrated(files: Pending): Script {
  return sh`rm -f -- ${fileOf(files)}`;
}

/**
 * Defines `fd_applied`, which prints the names of the applied migrations, a line each, in hexadecimal
 * digits. It fails when they cannot be read.
 *
 * @param print prints the names, a line each, as they are
 */
export function defineApplied(print: Script): Script {
  return sh`
    fd_applied() {
      # Nobody has to trust the names: they may hold any byte.
      fd_names=$(
        ${print}
      ) || return 1
      printf '%s\n' "$fd_names" | head -c 1000000 | od -An -v -tx1 | tr -s ' ' '\n' | awk -v longest=${LONGEST_BYTES * 2} '
        $0 == "" { next }
        $0 != "0a" { if (length(name) < longest) name = name $0; next }
        { if (name != "") print name; name = "" }'
    }`;
}

/**
 * Records the migration, with `fd_seconds`, and, unless they are `unknown`, the names in `fd_after`
 * that are not in `fd_before`.
 */
export function recordMigrated(files: Pending, release: string): Script {
  const file = fileOf(files);
  return sh`
    fd_list=
    if [ "$fd_before" != unknown ] && [ "$fd_after" != unknown ]; then
      fd_list=$({ printf '%s\n' "$fd_before" | sed 's/^/-/'; printf '%s\n' "$fd_after" | sed 's/^/+/'; } | awk -v most=${MOST} '
        /^-/ { seen[substr($0, 2)] = 1; next }
        { name = substr($0, 2) }
        name == "" || name in seen { next }
        { seen[name] = 1; count++ }
        count <= most { names = names (count > 1 ? "," : "") "\"" name "\"" }
        END { printf "\"names\":[%s],\"count\":%d,", names, count }')
    fi
    umask 077
    printf '%s ,"migrated":{%s"seconds":%s}\n' ${release} "$fd_list" "$fd_seconds" >${`${file}.new`}
    # Whole or not at all, also after a power cut: half of it would spoil its line of the history.
    sync -- ${`${file}.new`}
    mv -fT -- ${`${file}.new`} ${file}`;
}

/** Sets `fd_migrated` to the record as a part of a line of the history, for the release `$fd_release`. */
export function findMigrated(files: Pending): Script {
  const file = fileOf(files);
  return sh`
    fd_migrated=
    if [ -f ${file} ]; then
      { read -r fd_of fd_migrated; } <${file} || fd_migrated=
      [ "\${fd_of-}" = "$fd_release" ] || fd_migrated=
    fi`;
}
