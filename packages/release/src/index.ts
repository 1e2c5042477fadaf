/** The parts for plugins that take part in releases. */

export {
  extendRelease,
  type ReleaseExtension,
  type StepOptions,
} from './extension/release-extension.js';
export type { Front } from './application/front.js';
export type { Phase } from './order/phases.js';
export type { PluginStep, ReleaseStep } from './order/release-step.js';
export type { MigrationPart } from './scripts/migration-part.js';
export { scriptFolder, type Release } from './application/release.js';
export type { DeploymentReport, HostReport } from './notify/deployment-report.js';

/** The paths of an application's things on a host. */
export { layoutOf, startPath, type Layout } from './application/layout.js';
export { processLog, type Stream } from './application/process-log.js';
export { BIN, RUNTIME_PROGRAMS } from './application/runtime.js';
export { maintenanceFlag } from './application/maintenance-flag.js';
export { enterHome } from './application/enter-home.js';
export { enterReleases } from './host/enter-releases.js';
export { RELEASE_ID_GLOB } from './application/release-id.js';

/** The programs that a release runs. */
export type { ListenAddress } from './application/listen-address.js';
export { addressIn, programsOf, type Program } from './application/program.js';
export { forEachProgram, programsLines, programsName } from './application/programs-file.js';
export { giveTurn, takeTurnAway } from './application/turn.js';
export { NOT_NOW } from './application/start-file.js';

/** The colour that is live, and the one that is free. */
export {
  byColour,
  colourFolder,
  colourIn,
  COLOURS,
  findColour,
  findLive,
  findReleaseId,
  type Colour,
} from './application/colour.js';

/** For a plugin that replaces the database: the next deployment migrates. */
export { forgetMigration } from './host/migration-record.js';

/** Processes as the environment has them now, in the live release's folder, beside the live ones. */
export { migrateForTrial, runTrial, triedProcesses } from './trial/trial.js';
export { trialReader, type TrialReader } from './trial/trial-reader.js';

/** Who listens where, and what this deployment has started. */
export { LISTENERS } from './application/listeners.js';
export { NOTE_GROUP } from './application/process-group.js';

/** For a command that deploys as a part of its work. Each is loaded when it runs. */
export { DEPLOY } from './nx/release-commands.js';
export type { DeployOptions } from './commands/deploy.js';
export type { RecordedRelease } from './commands/live-commit.js';
export const loadRecordedRelease = async () =>
  (await import('./commands/live-commit.js')).recordedRelease;

export { plugin } from './release-plugin.js';
