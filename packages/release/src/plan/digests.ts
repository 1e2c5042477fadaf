import { createHash } from 'node:crypto';
import type { Application } from '@fairness-deploy/core';
import { describeRuntime, type Runtime } from '../application/runtime.js';
import { Secret } from '@fairness-deploy/shell/secret';
import { withoutSecrets } from '../application/variables-file.js';
import type { ReleaseSection } from '../section/section.js';
import { buildingHooks } from '../steps/hooks.js';

/**
 * A digest of all inputs of a release, so that a change of one leads to a new release: how it is
 * built, on which Node.js, which processes run with which variables. A secret, as short secrets
 * could be guessed from it.
 */
export function configurationDigest(
  application: Application,
  section: ReleaseSection,
  runtime?: Runtime,
): Secret {
  const digest = digestOf([
    buildDigest(application, section, runtime),
    revealed(application.env),
    application.processes.map(({ name, command, port, alternatePort, env }) => [
      name,
      command,
      port,
      alternatePort,
      revealed(env),
    ]),
  ]);
  return new Secret('configuration digest', digest);
}

/**
 * A digest of all inputs of a build besides the commit: of the variables, those that a build may
 * see.
 */
export function buildDigest(
  application: Application,
  section: ReleaseSection,
  runtime?: Runtime,
): string {
  return digestOf([
    [section.directory, section.install, section.build],
    describeRuntime(runtime),
    visible(application.env),
    ...buildingHooks(section.hooks).map(({ phase, when, run, env }) => [
      phase,
      when,
      run,
      visible(env),
    ]),
  ]);
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** Without variables that hold a secret: a secret could be guessed from the digest. */
function visible(env: Application['env']): unknown {
  return revealed(Object.fromEntries(withoutSecrets(new Map(Object.entries(env)))));
}

function revealed(env: Application['env']): unknown {
  return Object.entries(env)
    .map(([name, value]) => [name, value.reveal()] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
