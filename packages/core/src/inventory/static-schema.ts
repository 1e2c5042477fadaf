import { z } from 'zod';
import { nameSchema, repositoryFolderSchema, repositoryPathSchema } from './field-schemas.js';
import { pathKey, urlPathSchema } from './url-path.js';

const CACHE = 'expected immutable, revalidate, never, or a number of seconds';
const FILE = "expected a file of the folder, such as index.html, without '..'";

const cache = z.union(
  [
    z.enum(['immutable', 'revalidate', 'never']),
    z
      .int()
      .min(1)
      .max(365 * 86_400),
  ],
  { error: CACHE },
);

/** nginx reads a `$` as the beginning of a variable, which can't be escaped. */
const file = repositoryPathSchema(FILE).refine(
  (path) => !path.includes('$'),
  'expected a name without a $',
);

const path = urlPathSchema.refine(
  (text) => !pathKey(text).includes('$'),
  'expected a path without a $',
);

/** What a map of static files says of one path. */
export const staticFolderSchema = z
  .strictObject({
    folder: repositoryFolderSchema
      .describe('The folder of the release, relative to the application.')
      .exactOptional(),
    shared: repositoryFolderSchema
      .describe(
        'Instead of a folder of the release: a folder that outlives releases, see release.shared.',
      )
      .exactOptional(),
    cache: cache
      .default('revalidate')
      .describe(
        'How long browsers may use a file without asking again. immutable: for a year, for files with a hash in their names; those of earlier releases stay reachable. revalidate: they ask each time, and get the file only after a deployment or a change. never: they keep no copy. Or a number of seconds.',
      ),
    fallback: file
      .describe(
        'The file of the folder that answers when there is none for a path, with status 200: index.html of an application that runs in the browser.',
      )
      .exactOptional(),
    notFound: file
      .describe(
        'The file of the folder that answers when there is none for a path, with status 404.',
      )
      .exactOptional(),
    otherwise: nameSchema
      .describe('The process that gets the requests for which there is no file.')
      .exactOptional(),
  })
  .superRefine(({ folder, shared, cache: kept, fallback, notFound, otherwise }, context) => {
    const refuse = (key: string, message: string, hint: string): void => {
      context.addIssue({ code: 'custom', path: [key], message, params: { hint } });
    };
    if (folder === undefined && shared === undefined) {
      refuse('folder', 'missing', 'name the folder of the release: folder: dist');
    }
    if (folder !== undefined && shared !== undefined) {
      refuse(
        'shared',
        'files come from a folder of the release or from a shared one',
        'remove one of the two',
      );
    }
    if (fallback !== undefined && notFound !== undefined) {
      refuse('notFound', 'with a fallback, each path is found', 'remove one of the two');
    }
    if (otherwise !== undefined && (fallback ?? notFound) !== undefined) {
      refuse(
        'otherwise',
        'requests without a file go to a process or to one file',
        'remove one of the two',
      );
    }
    if (fallback !== undefined && kept === 'immutable') {
      refuse(
        'fallback',
        'browsers would keep it for a year',
        'give the files with a hash a path of their own, and the rest another cache',
      );
    }
    if (shared !== undefined && kept === 'immutable') {
      refuse(
        'cache',
        'the application can change files of a shared folder',
        'write a number of seconds',
      );
    }
  })
  .describe('Static files.');

/** What is served below a path. */
export type StaticFolder = Readonly<z.output<typeof staticFolderSchema>>;

/** Files that the front serves by itself, below a path. */
export interface StaticFiles extends StaticFolder {
  /** The URL path, such as `/assets`. */
  readonly path: string;
}

/** Static files by their URL path; no two have the same. */
export const staticSchema = z
  .record(path, staticFolderSchema, { error: 'expected a map of folders by URL path' })
  .prefault({})
  .transform((paths): readonly StaticFiles[] =>
    Object.entries(paths).map(([path, folder]) => ({ path, ...folder })),
  )
  .describe(
    'Static files of the release that nginx serves itself, by URL path. The longest path counts, of these and of the routes of processes.',
  );
