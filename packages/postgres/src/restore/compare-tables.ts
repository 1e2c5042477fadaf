import { sh, type Script } from '@fairness-deploy/shell';
import { tableLine, type TableDigest } from '../backup/manifest.js';

/**
 * Compares tables as they were when the backup was made with what `actual` prints: see tableDigests(). Fails,
 * and names each table that differs.
 */
export function compareTables(expected: readonly TableDigest[], actual: Script): Script {
  return sh`
    fd_compare=$(mktemp -d)
    trap 'rm -rf -- "$fd_compare"' EXIT
    printf '%s\n' ${expected.map(tableLine)} >"$fd_compare/expected"
    (
    ${actual}
    ) >"$fd_compare/actual"
    LC_ALL=C awk -v file="$fd_compare/expected" '
      $1 != "table" { next }
      {
        name = $0
        sub(/^table [^ ]* [^ ]* /, "", name)
        seen[name] = 1
      }
      FILENAME == file { rows[name] = $2; sample[name] = $3; count++; next }
      {
        if (!(name in rows)) { print name " is not in the backup"; bad = 1 }
        else if (rows[name] != $2) { print name ": " rows[name] " rows in the backup, " $2 " restored"; bad = 1 }
        else if (sample[name] != $3) { print name ": the rows differ from those in the backup"; bad = 1 }
        else same++
        found[name] = 1
      }
      END {
        for (name in rows) if (!(name in found)) { print name " is missing"; bad = 1 }
        if (bad) exit 1
        printf "%d tables are as in the backup\n", same
      }' "$fd_compare/expected" "$fd_compare/actual" >"$fd_compare/said" || {
      cat -- "$fd_compare/said" >&2
      echo 'The restored database differs from the backup' >&2
      exit 1
    }
    cat -- "$fd_compare/said"
    rm -rf -- "$fd_compare"
    trap - EXIT`;
}
