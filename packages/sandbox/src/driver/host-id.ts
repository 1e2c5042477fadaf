import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { HintedError } from '@fairness-deploy/shell/text';

/** The identity of a host: several workspaces on one machine may have one of the same name. */
export interface HostKey {
  /** Lower-case letters, digits, hyphens and dots: `web.sandbox`. Up to the first dot it is the host's own name. */
  readonly name: string;
  /** The folder that the host belongs to: a clone of a repository. */
  readonly workspace: string;
  /** The environment whose sandbox it is part of; undefined: another use, such as a test. */
  readonly environment?: string;
}

/** The key of an environment's host. */
export const hostKey = (environment: string, host: string, workspace: string): HostKey => ({
  name: `${host}.${environment}`,
  workspace,
  environment,
});

const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * The most characters of a host's name: with its digest it is the name of a machine of systemd-nspawn, which takes
 * 64 (HOST_NAME_MAX). A container has the same limit, as `auto` may take either.
 */
export const MOST_CHARACTERS = 50;

/** Whether a sandbox host can have a name. */
export function isHostName(name: string): boolean {
  return name.length <= MOST_CHARACTERS && name.split('.').every((part) => label.test(part));
}

/**
 * Names the host's folder, mount and groups on this machine.
 * @throws HintedError when the name can't be a host's.
 */
export function hostId({ name, workspace }: HostKey): string {
  if (!isHostName(name)) {
    throw new HintedError(
      `Cannot name a sandbox host "${name}": it isn't a host name of at most ${String(MOST_CHARACTERS)} characters`,
      { hint: 'Use lower-case letters, digits, hyphens and dots' },
    );
  }
  const digest = createHash('sha256').update(canonical(workspace)).digest('hex');
  return `${name}-${digest.slice(0, 8)}`;
}

/** The workspace as one path, without links. */
export function canonical(workspace: string): string {
  try {
    return realpathSync(workspace);
  } catch {
    return resolve(workspace);
  }
}

/** The host's own name: `web` of `web.staging`. */
export const shortName = (name: string): string => name.split('.')[0] ?? name;
