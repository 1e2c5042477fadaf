import { createHash } from 'node:crypto';
import type { Application } from '@fairness-deploy/core';
import { Secret } from '@fairness-deploy/shell/secret';
import { withoutSecrets } from '../application/variables-file.js';
import type { ReleaseSection } from '../section/section.js';
import { buildingHooks } from '../steps/hooks.js';

/**
 * Stands for all that makes a release of a commit, so that a change of it leads to a new
 * release: what is built how, on what Node.js, what processes run with what environment.
 * A secret, as short secrets could be guessed from it.
 */
export function configurationDigest(application: Application, section: ReleaseSection): Secret {
  const digest = digestOf([
    buildDigest(application, section),
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

/** Stands for all that decides what is built of a commit: of the environment, what a build may see. */
export function buildDigest(application: Application, section: ReleaseSection): string {
  return digestOf([
    [section.directory, section.install, section.build],
    application.node.version,
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

/** What holds a secret could be guessed from a digest that is none. */
function visible(env: Application['env']): unknown {
  return revealed(Object.fromEntries(withoutSecrets(new Map(Object.entries(env)))));
}

function revealed(env: Application['env']): unknown {
  return Object.entries(env)
    .map(([name, value]) => [name, value.reveal()] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
