import { secondsSchema, textSchema, z } from '@fairness-deploy/core';
import { hooksSchema } from './hooks.js';
import { notifySchema } from './notify.js';
import { originOf } from './origin.js';

const DIRECTORY = "expected a folder of the repository, such as apps/web, without '..'";
const REVISION = 'expected a branch, a tag or a commit';
const COMMAND = 'expected a shell command, or false for none';
const BATCH = 'expected a number of hosts of at least 1, or a share such as 50%';
const TARGET = 'expected a target of the workspace, such as web:build or web:build:production';
const KEEP = 'expected a whole number between 2 and 100';

/** The form of a revision: a ref's name (git-check-ref-format(1)) or a hash. */
export const revisionSchema = z
  .string({ error: REVISION })
  .regex(/^(?!-)[^\s~^:?*[\\]+$/, REVISION)
  .refine((name) => !/\.\.|@\{|^\/|\/$|\/\/|\.$|\p{Cc}/u.test(name), REVISION);

function repositoryPath(message: string) {
  return z
    .string({ error: message })
    .regex(/^(?!-)(?:(?!\.{1,2}(?:\/|$))[^/\\]+)(?:\/(?!\.{1,2}(?:\/|$))[^/\\]+)*$/, message)
    .refine((path) => !/\p{Cc}/u.test(path), message);
}

const fileSchema = repositoryPath(
  "expected a path within the repository, such as prisma/schema.prisma, without '..'",
);

const commandSchema = z
  .union([z.string().regex(/^[^\0]*[^\0\s][^\0]*$/, COMMAND), z.literal(false)], {
    error: COMMAND,
  })
  .transform((command) => (command === false ? undefined : command));

const artifactSchema = z.strictObject({
  target: z
    .string({ error: TARGET })
    .regex(/^(?!-)[\w@/.+-]+(?::[\w@/.+-]+)+$/, TARGET)
    .describe('The Nx target that builds it: project:target or project:target:configuration.'),
  path: repositoryPath(
    "expected a folder of the workspace, such as dist/apps/web, without '..'",
  ).describe('The folder that the target writes and that is deployed, relative to the workspace.'),
});

interface Commands {
  readonly install: string | undefined;
  readonly build: string | undefined;
}

const NPM: Commands = { install: 'npm ci', build: 'npm run build' };
const NO_COMMANDS: Commands = { install: undefined, build: undefined };

/** The commands that the package manager decides on, unless they are written. */
const COMMANDS = ['install', 'build'] as const;

/** The section `release` of environment.yaml. */
export type ReleaseSection = Readonly<z.output<typeof releaseSchema>>;

export const releaseSchema = z
  .strictObject({
    repository: textSchema
      .describe(
        "A path on this machine, relative to the environment's folder, or a URL from which the host fetches. Default: the repository of the workspace.",
      )
      .exactOptional(),
    via: z
      .enum(['bundle', 'fetch'], { error: 'expected bundle or fetch' })
      .describe(
        'How commits reach the host. bundle: from this machine, over the open connection. fetch: the host fetches them from the URL. Default: bundle for a path, fetch for a URL.',
      )
      .exactOptional(),
    artifact: artifactSchema
      .describe(
        'Instead of a repository: build on this machine, with a target of the Nx workspace, and deploy what it has built.',
      )
      .exactOptional(),
    revision: revisionSchema
      .describe(
        'A branch, a tag or a commit. Default: the branch that is checked out, or the main branch of a URL.',
      )
      .exactOptional(),
    directory: repositoryPath(DIRECTORY)
      .describe(
        'The folder of the application in the repository or the artifact. Default: all of it.',
      )
      .exactOptional(),
    install: commandSchema
      .describe(
        "Installs the dependencies; sh runs it as the application's user. false: nothing. Default: the package manager of the commit installs what its lock file has, such as npm ci; nothing for an artifact, or without application.node.",
      )
      .exactOptional(),
    dependencies: z
      .enum(['link', 'copy', 'install'], { error: 'expected link, copy or install' })
      .default('link')
      .describe(
        'How a release gets dependencies that an earlier one has installed already. link: it shares the files, which its build can replace but not change. copy: it gets its own. install: they are installed again.',
      ),
    installInputs: z
      .array(fileSchema, { error: 'expected a list of files' })
      .default([])
      .describe(
        'Files and folders that install reads, besides package.json and lock files: needed where a script such as postinstall reads any.',
      ),
    build: commandSchema
      .describe(
        "Builds the release on the host; sh runs it as the application's user. false: nothing. Default: the script build of package.json, by the package manager of the commit, such as npm run build; nothing for an artifact, or without application.node.",
      )
      .exactOptional(),
    migrate: commandSchema
      .prefault(false)
      .describe(
        "Migrates the database, once in a deployment, before the new release gets traffic; sh runs it as the application's user, with the application's variables. false: nothing.",
      ),
    migrations: repositoryPath(
      "expected a folder of the repository, such as migrations, without '..'",
    )
      .describe(
        'The folder of the migrations. A rollback to a release with other migrations gives a warning.',
      )
      .exactOptional(),
    migrateTimeout: secondsSchema
      .default(300)
      .describe('Seconds that migrate may take. Then it is ended, and the deployment fails.'),
    hooks: hooksSchema,
    notify: notifySchema,
    batch: z
      .union([z.int().min(1), z.string().regex(/^(?:[1-9]\d?|100)%$/)], { error: BATCH })
      .default(1)
      .describe(
        'How many of several hosts switch to the new release at a time: a number, or a share such as 50%.',
      ),
    keep: z
      .int({ error: KEEP })
      .min(2, KEEP)
      .max(100, KEEP)
      .default(5)
      .describe('How many good releases stay on the host, the live one included.'),
  })
  .transform(({ repository, via, artifact, ...given }, context) => {
    // An explicit false becomes undefined: no command, whatever the default.
    const rest = { ...(artifact ? NO_COMMANDS : NPM), ...given };
    // The commit's package manager decides on these: see withCommandsOf().
    const byDefault = artifact ? [] : COMMANDS.filter((key) => !(key in given));
    const origin = originOf({ repository, via, artifact, revision: given.revision });
    if (!('message' in origin)) return { ...rest, byDefault, origin };
    const { key, message, hint } = origin;
    const params = hint === undefined ? {} : { params: { hint } };
    context.addIssue({ code: 'custom', path: [key], message, ...params });
    return z.NEVER;
  })
  .describe(
    'How releases of the application are made and deployed: from commits, or from what is built on this machine.',
  );
