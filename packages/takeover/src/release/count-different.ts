import { sh, type Script } from '@fairness-deploy/shell';
import { inSubshell } from './guards.js';

/** A script that runs in a folder, with the rights of those whose folder it is. */
type InFolder = (script: Script) => Script;

/**
 * Prints how many files and links of an old folder a new one lacks, or has with another content. A file that is
 * newer in the new folder counts as the same: the new release has changed it.
 *
 * By hashes: names and sizes don't show a copy that was made while the file was written. `cmp` and `tar --compare`
 * would need the rights of both folders at once, or start a program for each file. This reads each file once more.
 *
 * @param beside the beginning of the names of files for its own use, in a folder of root's
 */
export function countDifferent(inOld: InFolder, inNew: InFolder, beside: string): Script {
  const [old, now, names] = [`${beside}-old`, `${beside}-new`, `${beside}-names`];
  return sh`
    ${inSubshell(inOld(HASHES))} >${old}
    ${inSubshell(inNew(HASHES))} >${now}
    LC_ALL=C sort -z -o ${old} -- ${old}
    LC_ALL=C sort -z -o ${now} -- ${now}
    LC_ALL=C comm -z -23 -- ${old} ${now} | sed -z 's/^[^ ]* .//' >${names}
    ${inSubshell(inOld(TIMES))} <${names} >${old}
    ${inSubshell(inNew(NOT_NEWER))} <${old} >${now}
    grep -c "" <${now} || :
    rm -f -- ${[old, now, names]}`;
}

/** `<hash>  <name>` of each file, and `link  <name>` of each link; a zero byte ends each. */
const HASHES = sh`find . -type f -exec sha256sum -z -- {} + -o -type l -printf 'link  %p\0'`;

/** The time and the name of each file whose name comes. */
const TIMES = sh`exec xargs -0 -r stat --printf '%.9Y\0%n\0' --`;

/** A line for each file of these times and names that is not there with a newer time. */
const NOT_NEWER = sh`
  exec xargs -0 -r -n 2 sh -c '[ -n "$(find "$2" -maxdepth 0 -newermt "@$1" 2>/dev/null)" ] || echo' sh`;
