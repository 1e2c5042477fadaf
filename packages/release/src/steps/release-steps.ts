import type { ReleaseStep } from '@fairness-deploy/core';
import { activateStep } from './activate.js';
import { buildStep } from './build.js';
import { checkoutStep } from './checkout.js';
import { checkSteps } from './check.js';
import { startFilesStep } from './start-files.js';
import { fetchStep } from './fetch.js';
import { installStep } from './install.js';
import { pruneStep } from './prune.js';
import { recordStep } from './record.js';
import type { ReleaseSpec } from './release-spec.js';

/** All that brings a release on line, but for its processes, which other plugins start. */
export function releaseSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return [
    fetchStep(spec),
    checkoutStep(spec),
    installStep(spec),
    startFilesStep(spec),
    buildStep(spec),
    activateStep(spec),
    ...checkSteps(spec),
    recordStep(spec),
    pruneStep(spec),
  ].filter((step) => step !== undefined);
}
