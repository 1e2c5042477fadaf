import type { Application } from '@fairness-deploy/core';
import { programsOf } from '../application/program.js';
import { variablesPath, layoutOf } from '../application/layout.js';
import type { Release } from '../application/release.js';

/** A release of an application, for tests. */
export function exampleRelease(application: Application): Release {
  const layout = layoutOf(application);
  const id = '20261123-101502-3f2a1bc';
  return {
    id,
    commit: '3f2a1bc',
    path: `${layout.releases}/${id}`,
    variablesFile: variablesPath(layout, id),
    programs: programsOf(application, 1),
  };
}
