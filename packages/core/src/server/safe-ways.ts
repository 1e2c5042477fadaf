import { dirname } from 'node:path/posix';
import { foldersOf } from '../resource-parts/path.js';
import type { Resource } from '../resource/resource.js';
import { enterFolder, lines, sh } from '@fairness-deploy/shell';
import { printedError } from '@fairness-deploy/shell/text';
import { declaredBy } from './foreign-folders.js';
import { ABSENT, type Server } from './server-schema.js';

/**
 * The existing folders on the host in which root will make the section's paths: where another user
 * could direct root elsewhere, the plan is refused. A folder that the section itself declares is
 * left out, as provisioning gives it its owner first. This resource never changes them.
 *
 * A host where all of these folders are root's alone needs one process to tell.
 */
export function safeWays(section: Server): Resource {
  const ways = waysOf(section);
  const folders = [...new Set([...ways.values()].flat())];
  const all = [...new Set(['/', ...folders.flatMap((folder) => [...foldersOf(folder), folder])])];
  return {
    address: 'safe-ways:server',
    after: [],
    follows: [],
    read:
      ways.size === 0
        ? sh`:`
        : sh`
      fd_odd=$(find ${all} -maxdepth 0 '(' ! -user root -o ! -type d -o -perm -002 ! -perm -1000 ')' -print -quit 2>/dev/null) || :
      [ -n "$fd_odd" ] || exit 0
      {
        ${lines(
          ...[...ways].map(
            ([owner, entered]) => sh`
              for fd_folder in ${entered}; do
                (
                ${enterFolder(sh`"$fd_folder"`, { failure: sh`"Cannot write to $fd_folder"`, owner })}
                ) || :
              done`,
          ),
        )}
      } 2>&1`,
    plan(output) {
      const refusals = output.trimEnd();
      if (refusals !== '') throw printedError(refusals);
      return undefined;
    },
    equals: (other) => other.address === 'safe-ways:server',
  };
}

/** The folders to enter for each owner: of each path, as far as the section declares none of them. */
function waysOf(section: Server): ReadonlyMap<string, readonly string[]> {
  const declared = declaredBy(section);
  const own = new Set(declared.map(({ path }) => path));
  const ways = new Map<string, Set<string>>();
  for (const { path, owner } of [...declared, ...linksOf(section)]) {
    const first = [path, ...foldersOf(path)].findLast((folder) => own.has(folder)) ?? path;
    ways.set(owner, (ways.get(owner) ?? new Set()).add(dirname(first)));
  }
  return new Map([...ways].map(([owner, folders]) => [owner, [...folders]]));
}

/** A link may be in any user's folder: root writes nothing through it. */
function linksOf({ links }: Server): readonly { path: string; owner: string }[] {
  return Object.entries(links).flatMap(([path, target]) =>
    target === ABSENT ? [] : [{ path, owner: '' }],
  );
}
