import { applicationOf, type Environment } from '@fairness-deploy/core';
import type { Script } from '@fairness-deploy/shell';
import { layoutOf } from '../application/layout.js';
import { releaseIn, type Release } from '../application/release.js';
import { readState } from '../host/read-state.js';
import { parseState, runningRelease } from '../host/state.js';

/** How to read what a trial needs of a host. */
export interface TrialReader {
  readonly script: Script;
  /** The live release, without its programs; undefined: none that is good is live. */
  readonly parse: (output: string) => Release | undefined;
}

/** Reads in which release a trial would run: in the live one. */
export function trialReader(environment: Environment): TrialReader {
  const application = applicationOf(environment);
  const layout = layoutOf(application);
  return {
    script: readState(layout, application.user),
    parse(output) {
      const running = runningRelease(parseState(output));
      if (!running) return undefined;
      const { release: id, commit, directory, runtime } = running;
      return releaseIn(layout, { id, commit, directory, runtime, programs: [] });
    },
  };
}
