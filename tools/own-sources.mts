import { join } from 'node:path';
import { WORKSPACE } from './install.mjs';
import { PACKAGES } from './packages.mjs';

/** Our packages' sources by their import names, for rolldown's `resolve.alias`. */
export const OWN_SOURCES = Object.fromEntries(
  Object.entries(PACKAGES).flatMap(([name, { subpaths }]) =>
    Object.entries({ ...subpaths, '': 'index' }).map(([subpath, file]) => [
      `@fairness-deploy/${name}${subpath && `/${subpath}`}`,
      join(WORKSPACE, 'packages', name, 'src', `${file}.ts`),
    ]),
  ),
);
