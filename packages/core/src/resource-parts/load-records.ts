/** Which files each service has loaded, as it is on record. */
import { sh, type Script } from '@fairness-deploy/shell';
import { STATE } from '../state-folder.js';
import { CHECK_SSHD } from './known-daemons.js';

/** The folder of the records of loaded files. */
export const LOAD_RECORDS = `${STATE}/loaded`;

/**
 * The record of a unit's loaded files, by its full name: digest, time of modification and path of
 * each.
 */
export function loadRecordOf(name: string): string {
  return `${LOAD_RECORDS}/${name}`;
}

const WORD = 'loaded by ';

/** Defines `fd_has_loaded <record> <path>`: whether the record names the path. */
const DEFINE_HAS_LOADED = sh`
  fd_has_loaded() {
    [ -f "$1" ] || return 1
    while read -r _ _ fd_loaded; do
      [ "$fd_loaded" != "$2" ] || return 0
    done <"$1"
    return 1
  }`;

/** Prints a line for each unit that has loaded a file: once it is removed, they go on with it. */
export function printLoadedBy(path: string): Script {
  return sh`
    ${DEFINE_HAS_LOADED}
    for fd_record in ${LOAD_RECORDS}/*; do
      ! fd_has_loaded "$fd_record" ${path} || printf '%s%s\n' ${WORD} "\${fd_record##*/}"
    done`;
}

/** The units that {@link printLoadedBy} printed at the beginning of an output, and the rest of it. */
export function loadedByIn(output: string): {
  readonly units: readonly string[];
  readonly rest: string;
} {
  const units: string[] = [];
  let rest = output;
  while (rest.startsWith(WORD)) {
    const end = rest.indexOf('\n');
    units.push(rest.slice(WORD.length, end));
    rest = rest.slice(end + 1);
  }
  return { units, rest };
}

/** Makes the units load what is left, after a file was removed, and takes it off their records. */
export function reloadWithout(path: string): Script {
  return sh`
    ${DEFINE_HAS_LOADED}
    for fd_record in ${LOAD_RECORDS}/*; do
      fd_has_loaded "$fd_record" ${path} || continue
      fd_unit=\${fd_record##*/}
      case $fd_unit in
        ssh.service | sshd.service)
          ${CHECK_SSHD}
          ;;
      esac
      systemctl try-reload-or-restart -- "$fd_unit"
      awk -v path=${path} 'substr($0, length($1 $2) + 3) != path' "$fd_record" >"$fd_record.new"
      mv -fT -- "$fd_record.new" "$fd_record"
    done`;
}
