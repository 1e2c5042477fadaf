import type { Environment } from '../inventory/environment.js';
import type { Issue, KeyPath } from '@fairness-deploy/environment-file';
import { foldersOf } from '../resource-parts/path.js';
import { ABSENT, type Server } from './server-schema.js';

/** A declared path, and its wanted owner. */
export interface Declared {
  readonly path: string;
  readonly owner: string;
  /** Its path within the section. */
  readonly at: KeyPath;
}

const ROOT = 'root';

/**
 * The paths that root could not enter safely, as far as the section shows: a folder's owner can put
 * a link in the place of anything in it. On the host, enterFolder() refuses the same.
 */
export function foreignFolders(
  section: Server,
  { application }: Pick<Environment, 'application'>,
): readonly Issue[] {
  const declared = declaredBy(section);
  const folders = new Map(declared.filter(isFolder).map((one) => [one.path, one]));
  const foreignTo = (path: string, owner: string): Declared | undefined =>
    foldersOf(path)
      .map((folder) => folders.get(folder))
      .find((folder) => folder && folder.owner !== owner && folder.owner !== ROOT);
  const home = application && foreignTo(application.home, ROOT);
  return [
    ...declared.flatMap(({ path, owner, at }): readonly Issue[] => {
      const folder = foreignTo(path, owner);
      if (!folder) return [];
      const message = `root would have to work in ${folder.path}, where ${folder.owner} could put a link in the way`;
      const hint = `give it the owner ${folder.owner}, or choose a path that is in folders of root`;
      return [{ path: at, message, hint }];
    }),
    ...(home
      ? [
          {
            path: home.at,
            message: `the application's home ${application.home} is in ${home.path}, where ${home.owner} could put a link in the way of root`,
            hint: 'choose an "application.home" that is in folders of root, such as one in /srv',
          },
        ]
      : []),
  ];
}

/** The paths that the section declares. */
export function declaredBy({ users, directories, files }: Server): readonly Declared[] {
  const owned = (key: 'directories' | 'files', entries: Server[typeof key]): readonly Declared[] =>
    Object.entries(entries).flatMap(([path, entry]) =>
      entry === ABSENT ? [] : [{ path, owner: nameOf(entry.owner), at: [key, path] }],
    );
  return [
    ...Object.entries(users).flatMap(([name, user]) =>
      user === ABSENT
        ? []
        : [{ path: user.home ?? `/home/${name}`, owner: name, at: ['users', name] }],
    ),
    ...owned('directories', directories),
    ...owned('files', files),
  ];
}

function isFolder({ at }: Declared): boolean {
  return at[0] !== 'files';
}

function nameOf(owner = ROOT): string {
  return owner === '0' ? ROOT : owner;
}
