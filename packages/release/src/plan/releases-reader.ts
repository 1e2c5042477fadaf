import { applicationOf, type Environment } from '@fairness-deploy/core';
import { lines, type Script } from '@fairness-deploy/shell';
import { layoutOf } from '../application/layout.js';
import { parseObjects, printObjects, type HostObjects } from '../artifact/host-objects.js';
import { readState } from '../host/read-state.js';
import { parseState, type HostState } from '../host/state.js';
import { parseHostFiles, printHostFiles, type HostFiles } from '../runtime/host-files.js';
import { parseIndexLines, printIndexLines } from '../runtime/node-index-lines.js';
import type { NodeIndex } from '../runtime/resolve-runtime.js';
import type { Source } from './find-source.js';

/** The state of an application's releases on a host. */
export interface HostReleases {
  readonly state: HostState;
  /** The repository's objects of earlier artifacts; undefined when there was no need to ask. */
  readonly objects: HostObjects | undefined;
  /** The files of the source's commit, when the host reads them. */
  readonly files: HostFiles | undefined;
  /** The versions of Node.js, when there is a choice. */
  readonly index: NodeIndex;
}

/** How to read a host's releases: the script, and the parser of its output. */
export interface ReleasesReader {
  readonly script: Script;
  readonly parse: (output: string) => HostReleases;
}

/** @param source the source to deploy, if that is the reason to read */
export function releasesReader(
  environment: Environment,
  source?: Pick<Source, 'artifact' | 'files' | 'mirror'>,
): ReleasesReader {
  const application = applicationOf(environment);
  const layout = layoutOf(application);
  const query = source?.files && 'url' in source.files ? source.files : undefined;
  const { artifact, mirror } = source ?? {};
  return {
    script: lines(
      readState(layout, application.user),
      ...(artifact ? [printObjects(layout, application.user, artifact.known)] : []),
      ...(query ? [printHostFiles(layout, application.user, query)] : []),
      ...(mirror === undefined ? [] : [printIndexLines(mirror)]),
    ),
    parse: (output) => ({
      state: parseState(output),
      objects: parseObjects(output),
      files: query && parseHostFiles(output, query.commit),
      index: parseIndexLines(output),
    }),
  };
}
