import { createHash } from 'node:crypto';
import { HintedError } from '@fairness-deploy/shell/text';
import { type Script, sh } from '@fairness-deploy/shell';
import {
  digestOf,
  isSecret,
  isStandIn,
  shownContent,
  SHOWN_BYTES,
  standIn,
  type Content,
} from './content.js';
import type { FullOwnership } from './ownership.js';
import { parseStatus } from './path-status.js';

/** The state of a file, for every type of resource that has one. */
export interface FileState {
  readonly content: string;
  readonly mode: string | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
}

const LINK = 'link to ';

/**
 * Prints a file's status, its digest, and, if its content isn't the wanted one and can be shown,
 * its content; prints the target of a link. It asks pathProbe about the path.
 *
 * @param content the wanted content; undefined: none, and then none is printed
 */
export function readFile(path: string, content: Content | undefined): Script {
  const show =
    content === undefined || isSecret(content)
      ? sh`:`
      : sh`
        case $fd_path_digest in
        ${digestOf(content)}) ;;
        *) [ "\${fd_path_status##*:}" -gt ${SHOWN_BYTES} ] || timeout 10 head -c ${SHOWN_BYTES} -- ${path} ;;
        esac`;
  return sh`
    if [ -e ${path} ] || [ -L ${path} ]; then
      fd_path_status ${path}
      printf '%s\n' "$fd_path_status"
      if [ -L ${path} ]; then
        readlink -n -- ${path}
      elif [ -f ${path} ]; then
        fd_path_digest ${path}
        printf '%s\n' "$fd_path_digest"
        ${show}
      fi
    fi`;
}

/**
 * Parses the output of {@link readFile}.
 *
 * @throws Error when something else than a file or link is at the path, or the output has another
 *   form.
 */
export function parseFile(
  output: string,
  {
    path,
    content,
    ownership,
  }: { path: string; content: Content | undefined; ownership: FullOwnership },
): FileState {
  const [line, rest] = cut(output);
  const { kind, mode, owner, group } = parseStatus(line, ownership);
  if (kind === 'link') {
    return { content: `${LINK}${rest}`, mode: undefined, owner: undefined, group: undefined };
  }
  if (kind !== 'file') {
    const found = kind === 'directory' ? 'a directory' : 'something else';
    throw new HintedError(`Cannot manage ${path} as a file: it is ${found}`, {
      hint: 'move it away',
    });
  }
  const [digest, printed] = cut(rest);
  return { content: contentOf(digest, printed, content), mode, owner, group };
}

/**
 * The parts of a found file that people may see. A file that not everybody on the host may read can hold a
 * secret that is not declared any more.
 */
export function shownFile<State extends FileState>(found: State): State {
  if (found.mode === undefined || isForEverybody(found.mode)) return found;
  return { ...found, content: `(not shown, as its mode is ${found.mode})` };
}

/** Whether the text of a found file is unknown: it is a link, too long, not text, or secret. */
export function isUnknown(content: string): boolean {
  return isStandIn(content) || content.startsWith(LINK);
}

/** Whether every user of the host may read a file of a mode, such as `0644`. */
function isForEverybody(mode: string): boolean {
  return (Number.parseInt(mode, 8) & 4) !== 0;
}

/** The wanted state. */
export function fileState(content: Content, { mode, owner, group }: FullOwnership): FileState {
  return { content: shownContent(content), mode, owner, group };
}

function contentOf(digest: string, printed: string, wanted: Content | undefined): string {
  if (!/^[0-9a-f]{64}$/.test(digest)) {
    throw new Error(`Cannot understand the digest ${JSON.stringify(digest)}`);
  }
  if (wanted !== undefined && digestOf(wanted).reveal() === digest) return shownContent(wanted);
  // Bytes that aren't text were changed by the transport, so people can't be shown them.
  const whole = createHash('sha256').update(printed).digest('hex') === digest;
  return whole && wanted !== undefined && !isSecret(wanted) ? printed : standIn(digest);
}

function cut(output: string): readonly [string, string] {
  const at = output.indexOf('\n');
  return at === -1 ? [output, ''] : [output.slice(0, at), output.slice(at + 1)];
}
