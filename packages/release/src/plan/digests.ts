import { createHash } from 'node:crypto';
import type { Application } from '@fairness-deploy/core';
import { describeRuntime, type Runtime } from '../application/runtime.js';
import { Secret } from '@fairness-deploy/shell/secret';
import { withoutSecrets } from '../application/variables-file.js';
import type { Program } from '../application/program.js';
import { isVisible, type ReleaseCommand } from '../section/command.js';
import type { ReleaseFile } from '../section/release-file.js';
import type { ReleaseSection } from '../section/section.js';
import { buildingHooks } from '../steps/hooks.js';

/** What a release is made from, besides its commit. */
export interface ReleaseInputs {
  readonly application: Application;
  readonly section: ReleaseSection;
  readonly files: readonly ReleaseFile[];
  readonly runtime?: Runtime;
}

/** The programs of a release, and the files that plugins add for them. */
export interface ReleasePrograms {
  readonly programs: readonly Program[];
  readonly configuration: Readonly<Record<string, string>>;
}

/**
 * A digest of all inputs of a release, so that a change of one leads to a new release: how it is
 * built, on which Node.js, which programs run with which variables and files, and what plugins add
 * along for them. A secret, as short secrets could be guessed from it.
 */
export function configurationDigest(
  inputs: ReleaseInputs,
  { programs, configuration }: ReleasePrograms,
): Secret {
  const { application, files } = inputs;
  const digest = digestOf([
    buildDigest(inputs).reveal(),
    revealed(application.env),
    application.processes.map(({ name, command, directory, nice, env }) => [
      ...[name, command, directory, nice],
      revealed(env),
    ]),
    ...[programs, configuration],
    files.map(({ path, content }) => [path, content.reveal()]),
  ]);
  return new Secret('configuration digest', digest);
}

/**
 * A digest of all inputs of a build besides the commit: of the variables, those that installing and
 * building may see. A secret, as that may be secrets.
 *
 * A copy of a build has all files of the build. So a build follows from the paths of files that are
 * written for the start, too: one that is not written any more must not come with a copy.
 */
export function buildDigest({ application, section, files, runtime }: ReleaseInputs): Secret {
  const { env } = application;
  const hooks = buildingHooks(section.hooks);
  const digest = digestOf([
    [section.directory, commandInputs(section.install, env), commandInputs(section.build, env)],
    section.shared.toSorted(),
    files.map(({ path, when, content }) => [path, when, when === 'start' || content.reveal()]),
    describeRuntime(runtime),
    // Unlike a build, hooks see the secrets as well.
    hooks.length > 0 ? revealed(env) : visible(env),
    ...hooks.map((hook) => [hook.phase, hook.when, hook.run, revealed(hook.env)]),
  ]);
  return new Secret('build digest', digest);
}

/** Its variables, and those of the application that it sees for its secrets. */
function commandInputs(given: ReleaseCommand | undefined, env: Application['env']): unknown {
  if (given === undefined) return undefined;
  const { command, variables, secrets } = given;
  const allowed = Object.entries(env).filter(([, value]) => isVisible(value, secrets));
  return [command, revealed(variables), revealed(Object.fromEntries(allowed))];
}

/** The SHA-256 of a value. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** Without the variables that hold a secret. */
function visible(env: Application['env']): unknown {
  return revealed(Object.fromEntries(withoutSecrets(new Map(Object.entries(env)))));
}

/** Variables with their secrets, for a digest that is a secret. */
export function revealed(env: Application['env']): unknown {
  return Object.entries(env)
    .map(([name, value]) => [name, value.reveal()] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
