import { formatKeyPath, type KeyPath } from '@fairness-deploy/environment-file';
import { sh, type Script } from '@fairness-deploy/shell';

/** Begins a comment that names a key. */
const KEY = '# Key ';

/**
 * A comment in nginx's configuration: the key of the section `nginx` that the lines after it come from,
 * up to the next such comment. {@link nameKeys} finds it.
 *
 * @param file the project's file whose lines they are, from its first one
 */
export function keyComment(path: KeyPath, file?: string): string {
  const key = formatKeyPath(['nginx', ...path]);
  return `${KEY}${key}${file === undefined ? '' : ` (${file})`}`;
}

/**
 * Says after nginx's own message which keys of the environment file the lines come from that it names.
 * A variable that it doesn't know has no line in its message: it is searched.
 *
 * @param tree the folder of the configuration, as a word of the shell
 * @param said the file with nginx's message, as a word of the shell
 */
export function nameKeys(tree: Script, said: Script): Script {
  return sh`
    {
      sed -n 's|^.* in '${tree}'/\(.*\):\([0-9]\{1,\}\)$|\2 \1|p' -- ${said}
      fd_unknown=$(sed -n 's|^.* unknown "\([A-Za-z0-9_]*\)" variable$|\1|p' -- ${said})
      [ -z "$fd_unknown" ] || ( cd -- ${tree}; grep -rnwF "\$$fd_unknown" . || : ) |
        sed -n 's|^\./\([^:]*\):\([0-9]*\):.*$|\2 \1|p' | head -n 1
    } | while read -r fd_line fd_file; do
      awk -v line="$fd_line" ${FIND_KEY} ${tree}/"$fd_file"
    done`;
}

/** Prints the last key before a line; of a file of the project with the line in that file. */
const FIND_KEY = String.raw`
  NR > line { exit }
  /^[ \t]*# Key nginx/ { sub(/^[ \t]*# Key /, ""); key = $0; at = NR }
  END {
    if (key == "") exit
    if (at == 1 && key ~ /\)$/) sub(/\)$/, ":" (line - 1) ")", key)
    print "  This comes from " key
  }`;
