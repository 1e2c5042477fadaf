import { sh, type Script } from '@fairness-deploy/shell';
import { checkOwnMirror, curlFrom, findArchitecture } from './node-mirror.js';

/** A version of Node.js that a mirror has for a host's processor. */
export interface NodeIndexEntry {
  /** Exact: `24.11.1`. */
  readonly version: string;
  /** The name of its line, such as `Krypton`, when it has long-term support. */
  readonly lts?: string;
}

/** The most bytes of an index; that of nodejs.org has 200,000. */
const MOST_BYTES = 4_000_000;

/**
 * Prints the versions that a mirror has for the host's processor, a line each: the version, a blank,
 * and the name of its line or `-`. Reads the mirror's `index.tab`, which has the content of
 * `index.json`. Fails with curl's reason when the index can't be fetched.
 */
export function printNodeIndex(mirror: string): Script {
  const url = `${mirror}/index.tab`;
  return sh`
    ${checkOwnMirror(mirror)}
    ${findArchitecture('Cannot choose a version of Node.js')}
    fd_index=$(${curlFrom(mirror)} --max-time 60 --max-filesize ${MOST_BYTES} -- ${url})
    printf '%s\n' "$fd_index" | awk -F '\t' -v file="linux-$fd_arch" '
      NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
      $at["version"] ~ /^v[0-9]+[.][0-9]+[.][0-9]+$/ && index("," $at["files"] ",", "," file ",") {
        print substr($at["version"], 2) " " ($at["lts"] ~ /^[A-Za-z]+$/ ? $at["lts"] : "-")
      }'`;
}

/** Parses the lines of {@link printNodeIndex}; ignores others. */
export function parseNodeIndex(lines: readonly string[]): readonly NodeIndexEntry[] {
  return lines.flatMap((line) => {
    const [, version, lts] = /^(\d+\.\d+\.\d+) ([A-Za-z]+|-)$/.exec(line) ?? [];
    if (version === undefined || lts === undefined) return [];
    return [{ version, ...(lts !== '-' && { lts }) }];
  });
}
