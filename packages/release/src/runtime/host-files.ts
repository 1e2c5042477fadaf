import { asUser, literal, sh, type Script } from '@fairness-deploy/shell';
import type { Layout } from '../application/layout.js';
import { gitAccess } from '../scripts/git-access.js';
import type { RepositoryUrl } from '../section/repository-url.js';
import { MOST_BYTES, tooLarge, type AskedFiles, type ProjectFiles } from './project-files.js';

/** The files of a commit that a host fetches itself. */
export interface HostFilesQuery {
  readonly url: RepositoryUrl;
  readonly commit: string;
  readonly asked: AskedFiles;
}

/** Seconds for a fetch of a commit without its files. */
const FETCH_TIMEOUT_SECONDS = 120;

/**
 * Prints files of a commit, a line each, in base64: `file <path> <text>`, `lock <path>`; and `unread
 * <reason>` when git can't read the commit. As the application's user: from the host's repository,
 * or, when that doesn't have the commit yet, from the URL, which sends nothing but these files.
 *
 * The application's user could print anything: only lines of these forms pass.
 */
export function printHostFiles(
  { repository }: Pick<Layout, 'repository'>,
  user: string,
  { url, commit, asked }: HostFilesQuery,
): Script {
  const format = commit.length === 64 ? 'sha256' : 'sha1';
  const read = sh`
    fd_unread() {
      printf 'unread %s\n' "$(printf %s "$1" | base64 -w 0)"
      exit 0
    }
    fd_print() {
      printf '%s %s' "$1" "$(printf %s "$2" | base64 -w 0)"
    }
    fd_from=${repository}
    ${gitAccess(url)}
    if ! git -C "$fd_from" cat-file -e ${`${commit}^{commit}`} 2>/dev/null; then
      fd_from=$(mktemp -d)
      trap 'rm -rf -- "$fd_from"' EXIT
      git -c init.defaultBranch=main init --quiet --bare --template= ${`--object-format=${format}`} -- "$fd_from"
      # Without the content of files: git fetches that of those that are asked for below.
      git -C "$fd_from" config remote.source.url ${url.url}
      git -C "$fd_from" config remote.source.promisor true
      git -C "$fd_from" config remote.source.partialclonefilter blob:none
      fd_get() {
        git -C "$fd_from" -c gc.auto=0 -c maintenance.auto=false -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=60 \
          fetch --quiet --no-tags --no-write-fetch-head --filter=blob:none "$@" 2>&1
      }
      # Not every server sends a commit by its hash.
      fd_get --depth=1 source ${commit} >/dev/null || {
        fd_said=$(fd_get source '+refs/heads/*:refs/heads/*' '+refs/tags/*:refs/tags/*') || fd_unread "$fd_said"
        git -C "$fd_from" cat-file -e ${`${commit}^{commit}`} 2>/dev/null || fd_unread ${`${url.url} does not have the commit`}
      }
    fi
    for fd_path in ${[...asked.texts]}; do
      [ -n "$(git -C "$fd_from" ls-tree ${commit} -- "$fd_path" | grep ' blob ')" ] || continue
      fd_print file "$fd_path"
      printf ' %s\n' "$(git -C "$fd_from" cat-file blob ${commit}:"$fd_path" | head -c ${MOST_BYTES + 1} | base64 -w 0)"
    done
    for fd_path in ${[...asked.locks]}; do
      [ -n "$(git -C "$fd_from" ls-tree ${commit} -- "$fd_path" | grep ' blob ')" ] || continue
      fd_print lock "$fd_path"
      echo
    done`;
  return sh`
    {
    ${asUser(user, read, FETCH_TIMEOUT_SECONDS)}
    } 2>/dev/null | grep -xE ${literal("'(file|lock|unread) [A-Za-z0-9+/= ]*'")} || :`;
}

/** What a host printed, see {@link printHostFiles}. */
export type HostFiles = { readonly files: ProjectFiles } | { readonly unread: string };

/** Parses the lines of {@link printHostFiles}; ignores others. */
export function parseHostFiles(output: string, commit: string): HostFiles {
  const files = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [kind = '', first = '', second = ''] = line.split(' ');
    if (kind === 'unread') return { unread: decoded(first) };
    const text = decoded(second);
    if (kind === 'file' && text.length > MOST_BYTES) throw tooLarge(decoded(first), commit);
    if (kind === 'file' || kind === 'lock') files.set(decoded(first), text);
  }
  return { files };
}

function decoded(text: string): string {
  return Buffer.from(text, 'base64').toString();
}
