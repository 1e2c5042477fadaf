import { sh, type ReleaseStep, type Script } from '@fairness-deploy/core';
import type { HistoryEntry } from '../host/state.js';
import type { ReleaseSpec } from './release-spec.js';

/** Records the release as good: what isn't recorded counts as failed, whatever cut it off. */
export function recordStep(spec: ReleaseSpec): ReleaseStep {
  return {
    phase: 'clean',
    name: 'record',
    run: append(spec, 'good'),
    undo: append(spec, 'undone'),
  };
}

/** The release comes first and the outcome second: shells look for that. */
function append(
  { layout, release, configuration }: ReleaseSpec,
  outcome: HistoryEntry['outcome'],
): Script {
  return sh`
    umask 077
    # A power cut may have torn the last line.
    if [ -s ${layout.history} ] && [ -n "$(tail -c 1 -- ${layout.history})" ]; then
      echo >>${layout.history}
    fi
    printf '{"release":"%s","outcome":"%s","commit":"%s","configuration":"%s","finished":"%s"}\n' ${[release.id, outcome, release.commit, configuration]} "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>${layout.history}
    sync -- ${layout.history}`;
}

/** Prints the releases that were recorded as good, the newest first, each as often as it was. */
export function goodReleases(history: string): Script {
  return sh`tac -- ${history} | sed -n 's/^{"release":"\([0-9a-f-]*\)","outcome":"good".*/\1/p'`;
}
