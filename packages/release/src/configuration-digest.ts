import { createHash } from 'node:crypto';
import type { Application } from '@fairness-deploy/core';
import { Secret } from '@fairness-deploy/secrets';
import type { ReleaseSection } from './section.js';

/**
 * Stands for all that makes a release of a commit, so that a change of it leads to a new
 * release: what is built how, on what Node.js, what processes run with what environment.
 * A secret, as short secrets could be guessed from it.
 */
export function configurationDigest(application: Application, section: ReleaseSection): Secret {
  const configuration = [
    [section.directory, section.install, section.build],
    application.node.version,
    revealed(application.env),
    application.processes.map(({ name, command, port, env }) => [
      name,
      command,
      port,
      revealed(env),
    ]),
  ];
  const digest = createHash('sha256').update(JSON.stringify(configuration)).digest('hex');
  return new Secret('configuration digest', digest);
}

function revealed(env: Application['env']): unknown {
  return Object.entries(env)
    .map(([name, value]) => [name, value.reveal()] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
