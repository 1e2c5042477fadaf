import {
  secondsSchema,
  textSchema,
  z,
  repositoryFolderSchema,
  repositoryPathSchema,
} from '@fairness-deploy/core';
import { commandSchema, isOpen, releaseCommand, releaseCommandSchema } from './command.js';
import { filesSchema } from './files.js';
import { hooksSchema } from './hooks.js';
import { migrationsSchema } from './migrations.js';
import { notifySchema } from './notify.js';
import { originOf } from './origin.js';
import { sharedSchema } from './shared.js';

const REVISION = 'expected a branch, a tag or a commit';
const BATCH = 'expected a number of hosts of at least 1, or a share such as 50%';
const TARGET = 'expected a target of the workspace, such as web:build or web:build:production';
const KEEP = 'expected a whole number between 2 and 100';

/** The form of a revision: a ref's name (git-check-ref-format(1)) or a hash. */
export const revisionSchema = z
  .string({ error: REVISION })
  .regex(/^(?!-)[^\s~^:?*[\\]+$/, REVISION)
  .refine((name) => !/\.\.|@\{|^\/|\/$|\/\/|\.$|\p{Cc}/u.test(name), REVISION);

const fileSchema = repositoryPathSchema(
  "expected a path within the repository, such as prisma/schema.prisma, without '..'",
);

const artifactSchema = z.strictObject({
  target: z
    .string({ error: TARGET })
    .regex(/^(?!-)[\w@/.+-]+(?::[\w@/.+-]+)+$/, TARGET)
    .describe('The Nx target that builds it: project:target or project:target:configuration.'),
  path: repositoryPathSchema(
    "expected a folder of the workspace, such as dist/apps/web, without '..'",
  ).describe('The folder that the target writes and that is deployed, relative to the workspace.'),
});

/** The commands that make a release, where the section names none; an artifact is made already. */
const NPM = { install: 'npm ci', build: 'npm run build' } as const;

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
    directory: repositoryFolderSchema
      .describe(
        'The folder of the application in the repository or the artifact. Default: all of it.',
      )
      .exactOptional(),
    shared: sharedSchema,
    files: filesSchema,
    install: releaseCommandSchema
      .describe(
        "Installs the dependencies; sh runs it as the application's user. A map gives it variables, such as a private registry's token: command, variables, secrets. false: nothing. Default: the package manager of the commit installs what its lock file has, such as npm ci; nothing for an artifact, or without application.node.",
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
    build: releaseCommandSchema
      .describe(
        "Builds the release on the host; sh runs it as the application's user. A map gives it more variables: command, variables, secrets. false: nothing. Default: the script build of package.json, by the package manager of the commit, such as npm run build; nothing for an artifact, or without application.node.",
      )
      .exactOptional(),
    migrate: commandSchema
      .prefault(false)
      .describe(
        "Migrates the database before the new release gets traffic, on one host, when the commit, this command or the variables have changed since the last time; sh runs it as the application's user, with the application's variables. false: nothing.",
      ),
    migrations: migrationsSchema
      .describe(
        'The folder of the migrations: migrate runs when it has changed, instead of the commit. Or a map that also says whether earlier releases work with the migrated database. A rollback names the migrations that the earlier release does not have.',
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
  .transform(({ repository, via, artifact, install, build, ...rest }, context) => {
    const refuse = (path: string[], message: string, hint?: string): never => {
      const params = hint === undefined ? {} : { params: { hint } };
      context.addIssue({ code: 'custom', path, message, ...params });
      return z.NEVER;
    };
    const origin = originOf({ repository, via, artifact, revision: rest.revision });
    if ('message' in origin) return refuse([origin.key], origin.message, origin.hint);
    const installing = releaseCommand(install, artifact ? undefined : NPM.install);
    if (installing && 'message' in installing) {
      return refuse(['install', 'command'], installing.message);
    }
    const building = releaseCommand(build, artifact ? undefined : NPM.build);
    if (building && 'message' in building) return refuse(['build', 'command'], building.message);
    // The commit's package manager decides on these: see withCommandsOf().
    const given = { install, build };
    const byDefault = artifact ? [] : COMMANDS.filter((key) => isOpen(given[key]));
    return { ...rest, install: installing, build: building, byDefault, origin };
  })
  .describe(
    'How releases of the application are made and deployed: from commits, or from what is built on this machine.',
  );
