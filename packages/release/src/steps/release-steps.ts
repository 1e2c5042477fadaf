import type { Program } from '../application/program.js';
import type { ReleaseStep } from '../order/release-step.js';
import { beginStep } from './begin.js';
import { buildStep } from './build.js';
import { checkoutStep } from './checkout.js';
import { checkSteps } from './check.js';
import { checkAgainSteps } from './check-again.js';
import { copyBuildStep } from './copy-build.js';
import { fetchStep } from './fetch.js';
import { filesStep } from './files.js';
import { checkHandedOver, handOverSteps } from './hand-over.js';
import { hookSteps } from './hooks.js';
import { installStep } from './install.js';
import { builtStep } from './keep-build.js';
import { migrateStep } from './migrate.js';
import { freeColourStep, noteLiveStep, prepareColourStep } from './colour-steps.js';
import { pruneStep } from './prune.js';
import { pruneRuntimesStep, runtimeStep } from './runtime.js';
import { scheduleSteps } from './schedules.js';
import { settleSteps } from './settle.js';
import { shareAgainStep, shareStep } from './shared.js';
import { startFilesStep } from './start-files.js';
import { switchStep } from './switch.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/**
 * The steps of a deployment, without those that start and stop processes, which other plugins add.
 */
export function releaseSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return [
    beginStep(spec),
    runtimeStep(spec),
    fetchStep(spec),
    ...(spec.builtAs === undefined
      ? makeSteps(spec)
      : [copyBuildStep(spec, spec.builtAs), startFilesStep(spec)]),
    filesStep(spec, 'start'),
    migrateStep(spec),
    ...goLiveSteps(spec),
    ...settleSteps(spec),
    ...hookSteps(spec),
    shareAgainStep(spec),
    ...(spec.builtAs === undefined ? [builtStep(spec)] : []),
    ...endSteps(spec),
  ].filter((step) => step !== undefined);
}

/** The steps of a rollback to a good release, as it was made. */
export function rollbackSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return [
    beginStep(spec),
    runtimeStep(spec),
    ...goLiveSteps(spec),
    ...hookSteps(spec),
    ...endSteps(spec),
  ].filter((step) => step !== undefined);
}

/**
 * The steps of a restart of the live release in the other colour. It removes no other release, also none that
 * failed and whose build is kept.
 */
export function restartSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return [
    beginStep(spec),
    runtimeStep(spec),
    prepareColourStep(spec),
    ...checkSteps(spec),
    ...settleSteps(spec),
    switchStep(spec),
    ...handOverSteps(spec),
    ...hookSteps(spec),
    ...endSteps(spec),
  ].filter((step) => step !== undefined);
}

/** The steps of a restart of some workers where they run, besides those of the plugin that runs them. */
export function restartWorkersSteps(
  spec: ReleaseSpec,
  workers: readonly Program[],
): readonly ReleaseStep[] {
  return [
    beginStep(spec),
    noteLiveStep(spec),
    ...workers.map((worker) => checkHandedOver(spec, worker)),
  ];
}

function goLiveSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return [
    prepareColourStep(spec),
    ...checkSteps(spec),
    switchStep(spec),
    ...handOverSteps(spec),
    ...scheduleSteps(spec),
    pruneStep(spec),
    pruneRuntimesStep(spec),
  ];
}

/** Makes the release from its commit. */
function makeSteps(spec: ReleaseSpec): readonly (ReleaseStep | undefined)[] {
  return [
    checkoutStep(spec),
    shareStep(spec),
    filesStep(spec, 'install'),
    installStep(spec),
    startFilesStep(spec),
    filesStep(spec, 'build'),
    buildStep(spec),
  ];
}

/** Last in their phases, behind the project's own hooks. */
function endSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return [...checkAgainSteps(spec), freeColourStep(spec)];
}
