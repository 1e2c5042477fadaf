import type { Application } from '@fairness-deploy/core';
import type { PluginStep } from '@fairness-deploy/release';
import type { Section } from '../section/section.js';
import type { SharedFolder } from '../section/shared-folders.js';
import { unlessDone } from './guards.js';
import { removeOld } from './remove-old.js';
import { startOld, stopOld } from './stop-old.js';
import { uploadSteps } from './uploads.js';

/** The steps of the first deployment; those of later ones find nothing to do. */
export function takeoverSteps(
  application: Application,
  section: Section,
  shared: readonly SharedFolder[],
): readonly PluginStep[] {
  return [
    ...uploadSteps(application, shared),
    {
      phase: 'stop',
      name: 'stop the old programs',
      run: unlessDone(application, stopOld(application, section)),
      undo: unlessDone(application, startOld(application, section)),
    },
    {
      phase: 'clean',
      place: 'last',
      name: 'remove the old application',
      run: unlessDone(application, removeOld(application, section, shared)),
    },
  ];
}
