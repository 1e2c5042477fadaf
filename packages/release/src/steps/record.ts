import type { ReleaseStep } from '@fairness-deploy/core';
import { appendEntry } from '../host/history.js';
import type { ReleaseSpec } from './release-spec.js';

/** Records the release as good: what isn't recorded counts as failed, whatever cut it off. */
export function recordStep({ layout, release, configuration }: ReleaseSpec): ReleaseStep {
  const entry = { release: release.id, commit: release.commit, configuration };
  return {
    phase: 'clean',
    name: 'record',
    run: appendEntry(layout.history, { ...entry, outcome: 'good' }),
    undo: appendEntry(layout.history, { ...entry, outcome: 'undone' }),
  };
}
