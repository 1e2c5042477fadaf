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

/** What can be asked for as a revision: what a ref may be called (git-check-ref-format(1)) or a hash. */
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
    .describe('The Nx target that builds it: project:target, or project:target:configuration.'),
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
    artifact: artifactSchema
      .describe(
        'Build on this machine, by a target of the Nx workspace, and send what it has built; instead of a repository.',
      )
      .exactOptional(),
    revision: revisionSchema
      .describe(
        'A branch, a tag or a commit; unless given, the branch checked out, or the main one of a URL.',
      )
      .exactOptional(),
    directory: repositoryPath(DIRECTORY)
      .describe(
        'The folder of the repository, or of the artifact, that is the application; all of it unless given.',
      )
      .exactOptional(),
    install: commandSchema
      .describe(
        "Brings the dependencies; run by sh as the application's user. false: none. Unless given npm ci, or none for an artifact.",
      )
      .exactOptional(),
    dependencies: z
      .enum(['link', 'copy', 'install'], { error: 'expected link, copy or install' })
      .default('link')
      .describe(
        'Where those of a release come from that has the lock file of one before: link shares the files, which a build can replace and not change; copy gives it its own; install installs them anew.',
      ),
    installInputs: z
      .array(fileSchema, { error: 'expected a list of files' })
      .default([])
      .describe(
        'Files and folders of the repository that installing reads, other than package.json and lock files: for scripts such as postinstall.',
      ),
    build: commandSchema
      .describe(
        "Builds the release on the host; run by sh as the application's user. false: none. Unless given npm run build, or none for an artifact.",
      )
      .exactOptional(),
    migrate: commandSchema
      .prefault(false)
      .describe(
        "Brings the database up to date; run by sh as the application's user, once a deployment, with the application's variables, before the new release gets traffic. false: none.",
      ),
    migrations: repositoryPath(
      "expected a folder of the repository, such as migrations, without '..'",
    )
      .describe(
        'The folder of the migrations: a rollback to a release that has others is warned of.',
      )
      .exactOptional(),
    migrateTimeout: secondsSchema
      .default(300)
      .describe('Seconds that migrate may take before it is ended, which fails the deployment.'),
    hooks: hooksSchema,
    notify: notifySchema,
    batch: z
      .union([z.int().min(1), z.string().regex(/^(?:[1-9]\d?|100)%$/)], { error: BATCH })
      .default(1)
      .describe('How many of several hosts go live at a time: a number, or a share such as 50%.'),
    keep: z
      .int({ error: KEEP })
      .min(2, KEEP)
      .max(100, KEEP)
      .default(5)
      .describe('How many good releases stay on the host, the running one included.'),
  })
  .transform(({ repository, via, artifact, ...given }, context) => {
    // Given and false is undefined: none, whatever else would be run.
    const rest = { ...(artifact ? NO_COMMANDS : NPM), ...given };
    const origin = originOf({ repository, via, artifact, revision: given.revision });
    if (!('message' in origin)) return { ...rest, origin };
    const { key, message, hint } = origin;
    const params = hint === undefined ? {} : { params: { hint } };
    context.addIssue({ code: 'custom', path: [key], message, ...params });
    return z.NEVER;
  })
  .describe('Releases of the application: of commits, or of what is built here.');
