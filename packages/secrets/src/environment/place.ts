import { join, relative } from 'node:path';
import { SecretsError } from '../secrets-error.js';
import { ENVIRONMENT_NAME, ENVIRONMENT_NAME_RULE } from './environment-name.js';

/** Where an environment's secrets are; absolute paths. */
export interface Place {
  /** The environment's name. */
  readonly environment: string;
  /** The folder with nx.json, or whatever paths in messages are relative to. */
  readonly workspace: string;
  /** The environment's folder. */
  readonly folder: string;
}

/** `environments/<name>` of a workspace. */
export function placeOf(workspace: string, environment: string): Place {
  return { environment, workspace, folder: join(workspace, 'environments', environment) };
}

export const secretsFileOf = ({ folder }: Place): string => join(folder, 'secrets.yaml');

/** The folder of files that all environments share, such as the password. */
export const environmentsFolder = ({ folder }: Place): string => join(folder, '..');

/** A path for messages. */
export function shown({ workspace }: Place, path: string): string {
  const inside = relative(workspace, path);
  return inside === '' || inside.startsWith('..') ? path : inside;
}

/**
 * @throws SecretsError when the environment's name isn't allowed: a branch may have such a folder.
 */
export function refuseName({ environment }: Place, act: string): void {
  if (ENVIRONMENT_NAME.test(environment)) return;
  throw new SecretsError(
    `Cannot ${act} the environment ${JSON.stringify(environment)}: ${ENVIRONMENT_NAME_RULE}`,
    { hint: 'rename its folder' },
  );
}
