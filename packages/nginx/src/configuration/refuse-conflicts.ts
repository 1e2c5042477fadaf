import { MANAGED } from '@fairness-deploy/core/resources';
import { fail, sh, type Script } from '@fairness-deploy/shell';

/**
 * Prints the file and the name, separated by a tab, of each server_name in nginx's dump that the file `own`
 * has as well, if no file of this tool has it. Those say so in their first line, and claims decide about them.
 */
const FIND_NAMES = String.raw`
  /^# configuration file / { file = $4; sub(/:$/, "", file); first = 1; within = 0; next }
  first { marked[file] = index($0, mark) > 0; first = 0 }
  /^[ \t]*#/ { next }
  {
    for (i = 1; i <= NF; i++) {
      word = $i
      last = sub(/;.*$/, "", word)
      if (within && word != "") names[file, tolower(word)] = 1
      if (!within && word == "server_name" && !last) within = 1
      else if (last) within = 0
    }
  }
  END {
    for (key in names) {
      split(key, parts, SUBSEP)
      if (parts[1] != own && !marked[parts[1]] && (own, parts[2]) in names) print parts[1] "\t" parts[2]
    }
  }`;

/**
 * Fails when a file of somebody else has a name of a site's file for the same port: nginx would ignore one
 * of the two with a warning, and send its visitors to the other.
 *
 * @param tree the folder of the configuration, which nginx accepts, as a word of the shell
 * @param folder where that folder is going to be
 * @param path of the site's file, within it
 */
export function refuseConflicts(tree: Script, folder: string, path: string): Script {
  return sh`
    fd_tree=${tree}
    nginx -t -c ${tree}/nginx.conf 2>&1 |
      sed -n 's/.*conflicting server name "\([^"]*\)" on .*, ignored$/\1/p' |
      grep . >${tree}/../conflicts || :
    if [ -s ${tree}/../conflicts ]; then
      nginx -T -q -c ${tree}/nginx.conf 2>/dev/null |
        awk -v own=${tree}/${path} -v mark=${MANAGED} ${FIND_NAMES} |
        while IFS=$(printf '\t') read -r fd_theirs fd_name; do
          grep -qxF -e "$fd_name" -- ${tree}/../conflicts || continue
          printf 'The name %s belongs to %s already\n' "$fd_name" ${folder}"\${fd_theirs#"$fd_tree"}" >&2
          : >${tree}/../refused
        done
      [ ! -e ${tree}/../refused ] ||
        ${fail(`Cannot use ${folder}/${path}: nginx would ignore one of two sites with the same name; nothing was changed`, 'remove the name there, or from the site: domains')}
    fi`;
}

/**
 * Says which other files have a default server, when nginx refuses two of a port.
 *
 * @param said the file with nginx's message, as a word of the shell
 */
export function nameDefaultServers(
  tree: Script,
  folder: string,
  path: string,
  said: Script,
): Script {
  return sh`
    fd_port=$(sed -n 's/.*a duplicate default server for .*:\([0-9]*\) in .*/\1/p' -- ${said})
    if [ -n "$fd_port" ]; then
      ( cd -- ${tree}; grep -rnE '^[^#]*listen[^;#]*default_server' conf.d sites-enabled 2>/dev/null || : ) |
        grep -vF ${`${path}:`} |
        grep -E "^[^.][^:]*/[^.].*[ :]\${fd_port}[ ;]" |
        sed "s|^\([^:]*:[0-9]*\):.*|  Another default server of the port $fd_port: "${folder}'/\1|'
      printf '%s\n' '  → remove default_server there, or give the site domains' >&2
    fi >&2`;
}
