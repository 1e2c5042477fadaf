import { applicationOf, type Environment } from '@fairness-deploy/core';
import { lines, type Script } from '@fairness-deploy/shell';
import { layoutOf } from '../application/layout.js';
import { parseObjects, printObjects, type HostObjects } from '../artifact/host-objects.js';
import { readState } from '../host/read-state.js';
import { parseState, type HostState } from '../host/state.js';
import type { Source } from './find-source.js';

/** The state of an application's releases on a host. */
export interface HostReleases {
  readonly state: HostState;
  /** The repository's objects of earlier artifacts; undefined when there was no need to ask. */
  readonly objects: HostObjects | undefined;
}

/** How to read a host's releases: the script, and the parser of its output. */
export interface ReleasesReader {
  readonly script: Script;
  readonly parse: (output: string) => HostReleases;
}

/** @param source the source to deploy, if that is the reason to read */
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
