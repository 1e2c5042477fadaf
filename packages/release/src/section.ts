import { textSchema, z } from '@fairness-deploy/core';
import { isUrl, parseRepositoryUrl, type RepositoryUrl } from './repository-url.js';

const DIRECTORY = "expected a folder of the repository, such as apps/web, without '..'";
const REVISION = 'expected a branch, a tag or a commit';
const COMMAND = 'expected a shell command, or false for none';
const KEEP = 'expected a whole number between 2 and 100';

/** Where the commits come from. */
export type Origin =
  /** A repository on the client; its commits travel over the connection that is open anyway. */
  | { readonly via: 'bundle'; readonly path: string | undefined }
  /** A repository that the host itself can reach. */
  | { readonly via: 'fetch'; readonly url: RepositoryUrl };

/** What can be asked for as a revision: what a ref may be called (git-check-ref-format(1)) or a hash. */
export const revisionSchema = z
  .string({ error: REVISION })
  .regex(/^(?!-)[^\s~^:?*[\\]+$/, REVISION)
  .refine((name) => !/\.\.|@\{|^\/|\/$|\/\/|\.$|\p{Cc}/u.test(name), REVISION);

const commandSchema = z
  .union([z.string().regex(/^[^\0]*[^\0\s][^\0]*$/, COMMAND), z.literal(false)], {
    error: COMMAND,
  })
  .transform((command) => (command === false ? undefined : command));

/** The section `release` of environment.yaml. */
export type ReleaseSection = Readonly<z.output<typeof releaseSchema>>;

export const releaseSchema = z
  .strictObject({
    repository: textSchema
      .describe(
        "A path on this machine, relative to the environment's folder, or a URL that the host fetches from; the workspace's own repository unless given.",
      )
      .exactOptional(),
    via: z
      .enum(['bundle', 'fetch'], { error: 'expected bundle or fetch' })
      .describe(
        'How commits reach the host: bundle sends them from this machine over the open connection, fetch lets the host fetch them from the URL. Follows from the repository unless given.',
      )
      .exactOptional(),
    revision: revisionSchema
      .describe(
        'A branch, a tag or a commit; unless given, the branch checked out, or the main one of a URL.',
      )
      .exactOptional(),
    directory: z
      .string({ error: DIRECTORY })
      .regex(/^(?!-)(?:(?!\.{1,2}(?:\/|$))[^/\\]+)(?:\/(?!\.{1,2}(?:\/|$))[^/\\]+)*$/, DIRECTORY)
      .refine((path) => !/\p{Cc}/u.test(path), DIRECTORY)
      .describe('The folder of the repository that is the application; all of it unless given.')
      .exactOptional(),
    install: commandSchema
      .prefault('npm ci')
      .describe("Brings the dependencies; run by sh as the application's user. false: none."),
    build: commandSchema
      .prefault('npm run build')
      .describe("Builds the release; run by sh as the application's user. false: none."),
    keep: z
      .int({ error: KEEP })
      .min(2, KEEP)
      .max(100, KEEP)
      .default(5)
      .describe('How many good releases stay on the host, the running one included.'),
  })
  .transform(({ repository, via, ...rest }, context) => {
    const refuse = (key: string, message: string, hint?: string): never => {
      const params = hint === undefined ? {} : { params: { hint } };
      context.addIssue({ code: 'custom', path: [key], message, ...params });
      return z.NEVER;
    };
    if (repository === undefined || !isUrl(repository)) {
      if (via === 'fetch') {
        return refuse(
          'repository',
          'expected a URL, as the host is to fetch from it',
          'such as https://host/project.git, or leave out via: fetch',
        );
      }
      if (repository && repository.secrets.length > 0) {
        return refuse('repository', 'a secret cannot stand in a path');
      }
      const path = repository?.toString();
      if (path === '' || path?.includes('\0'))
        return refuse('repository', 'expected a path or a URL');
      return { ...rest, origin: { via: 'bundle', path } satisfies Origin as Origin };
    }
    if (via === 'bundle') {
      return refuse(
        'repository',
        'expected a path on this machine, as its commits are to be sent from here',
        'clone it and give the path of the clone, or write via: fetch',
      );
    }
    const url = parseRepositoryUrl(repository);
    if ('message' in url) return refuse('repository', url.message, url.hint);
    return { ...rest, origin: { via: 'fetch', url } satisfies Origin as Origin };
  })
  .describe('Releases of the application, from git.');
