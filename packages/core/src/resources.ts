/** The types of resources, and the parts for further ones. */

export { aptPackages, type AptPackagesSpec } from './resources/apt-packages.js';
export { aptRepository, type AptRepositorySpec } from './resources/apt-repository.js';
export { cronEntry, type CronEntrySpec } from './resources/cron-entry.js';
export { directory, type DirectorySpec } from './resources/directory.js';
export { file, type FileResource, type FileSpec } from './resources/file.js';
export { FIREWALL_FILE, PRINT_LIVE_FIREWALL } from './resources/firewall.js';
export { link, type LinkSpec } from './resources/link.js';
export { DEFAULT_MIRROR } from './resources/node-mirror.js';
export { parseNodeIndex, printNodeIndex, type NodeIndexEntry } from './resources/node-index.js';
export {
  installNode,
  NODE_RUNTIME_PACKAGES,
  nodeFolder,
  nodeRuntime,
  type NodeRuntimeSpec,
} from './resources/node-runtime.js';
export {
  MADE_RUNTIMES,
  madeMark,
  runtimeIsUsed,
  USED_RUNTIMES,
} from './resource-parts/runtime-marks.js';
export { service, type LoadedFile, type ServiceSpec } from './resources/service.js';
export { UNITS } from './resource-parts/own-unit.js';
export { timer, type TimerOptions, type TimerSpec } from './resources/timer.js';
export {
  noUnitDropIn,
  RESTART_ALWAYS,
  unitDropIn,
  type UnitDropIn,
} from './resources/unit-drop-in.js';
export { systemUser, type SystemUserSpec } from './resources/system-user.js';

/** The content of files. */
export { jsonFormat, plainFormat, shFormat, type Format } from './resource-parts/format.js';
export {
  ownTemplates,
  type FromTemplate,
  type Replacement,
} from './resource-parts/own-templates.js';
export { MANAGED, MANAGED_NOTE } from './resource-parts/managed-note.js';
export { readProjectFile } from './resource-parts/read-project-file.js';
export { renderTemplate, type TemplateOptions } from './resource-parts/template.js';
export {
  timerUnits,
  unitCommand,
  type TimerUnits,
  type TimerUnitsSpec,
} from './resource-parts/timer-units.js';

/** What differs between the releases of hosts' systems. */
export { BROTLI_MODULES, hasVersion, RELEASES, type Release } from './system/releases.js';
export { RELEASE_FACT, releaseOf } from './system/host-system.js';

/** A type of one's own. */
export {
  defineResource,
  type Ensure,
  type ResourceDefinition,
  type ResourceOptions,
  type ResourceType,
} from './resource/define-resource.js';
export {
  defineRemoval,
  type RemovalDefinition,
  type RemovalType,
} from './resource/define-removal.js';
export type { Difference } from './resource/difference.js';
export { byFact, type ByFact } from './resource/by-fact.js';
export type { Probe, Question } from './resource/probe.js';
export type { Action, Address, Change, Resource } from './resource/resource.js';

/** A type of resource that is a file, and more. */
export type { Content } from './resource-parts/content.js';
export {
  defineLiveFile,
  type LiveFileContent,
  type LiveFileDefinition,
} from './resource-parts/define-live-file.js';
export {
  isLoaded,
  OTHERS_BROKEN,
  placeLive,
  removeLive,
  type LiveFile,
} from './resource-parts/live-file.js';
export { checkKnownFile } from './resource-parts/known-daemons.js';
export type { LiveFolder } from './resource-parts/live-folder.js';
export { claimsPath } from './resources/host-claims.js';
