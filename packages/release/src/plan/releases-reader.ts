import { applicationOf, type Environment } from '@fairness-deploy/core';
import { lines, type Script } from '@fairness-deploy/shell';
import { layoutOf } from '../application/layout.js';
import { parseObjects, printObjects, type HostObjects } from '../artifact/host-objects.js';
import { readState } from '../host/read-state.js';
import { parseState, type HostState } from '../host/state.js';
import type { Source } from './find-source.js';

/** What a host has of an application's releases. */
export interface HostReleases {
  readonly state: HostState;
  /** What its repository has of earlier artifacts; undefined when there was no need to ask. */
  readonly objects: HostObjects | undefined;
}

/** How a host's releases are read: what prints them, and what understands that. */
export interface ReleasesReader {
  readonly script: Script;
  readonly parse: (output: string) => HostReleases;
}

/** @param source what is to be deployed, when that is why they are read */
export function releasesReader(
  environment: Environment,
  source?: Pick<Source, 'artifact'>,
): ReleasesReader {
  const application = applicationOf(environment);
  const layout = layoutOf(application);
  const read = readState(layout, application.user);
  return {
    script: source?.artifact
      ? lines(read, printObjects(layout, application.user, source.artifact.known))
      : read,
    parse: (output) => ({ state: parseState(output), objects: parseObjects(output) }),
  };
}
