/** What authors of plugins build with. */
/** Use this zod for schemas of sections: importing another copy works too, but adds to the start time. */
export { z } from 'zod';

export {
  defineResource,
  type Ensure,
  type ResourceDefinition,
  type ResourceOptions,
  type ResourceType,
} from './resource/define-resource.js';
export type { Difference } from './resource/difference.js';
export type { Probe, Question } from './resource/probe.js';
export type { Action, Address, Change, Resource } from './resource/resource.js';

export { aptPackages, type AptPackagesSpec } from './resources/apt-packages.js';
export { aptRepository, type AptRepositorySpec } from './resources/apt-repository.js';
export { cronEntry, type CronEntrySpec } from './resources/cron-entry.js';
export { directory, type DirectorySpec } from './resources/directory.js';
export { file, type FileResource, type FileSpec } from './resources/file.js';
export { link, type LinkSpec } from './resources/link.js';
export {
  NODE_RUNTIME_PACKAGES,
  nodeFolder,
  nodeRuntime,
  type NodeRuntimeSpec,
} from './resources/node-runtime.js';
export { service, type LoadedFile, type ServiceSpec } from './resources/service.js';
export { RESTART_ALWAYS, unitDropIn, type UnitDropIn } from './resources/unit-drop-in.js';
export { systemUser, type SystemUserSpec } from './resources/system-user.js';
export { jsonFormat, plainFormat, shFormat, type Format } from './resources/format.js';
export { renderTemplate, type TemplateOptions } from './resources/template.js';
export { ownTemplates, type FromTemplate, type Replacement } from './resources/own-templates.js';
export { readProjectFile } from './resources/read-project-file.js';

export type {
  Application,
  Environment,
  HealthCheck,
  Host,
  NodeRuntime,
  Process,
} from './inventory/environment.js';
export { withPorts } from './inventory/port-mark.js';
export { envSchema } from './inventory/env-schema.js';
export { textSchema } from './inventory/text-schema.js';
export {
  hostPathSchema,
  nameSchema,
  portSchema,
  secondsSchema,
  userSchema,
} from './inventory/field-schemas.js';

export { loadEnvironment, type LoadedEnvironment } from './inventory/load-environment.js';

export { applicationOf, requireApplication } from './application/application-of.js';
export {
  byColour,
  colourFolder,
  COLOURS,
  findColour,
  findLive,
  greenIsLive,
  linkTo,
  type Colour,
} from './application/colour.js';
export { listenAddress, type ListenAddress } from './application/listen-address.js';
export { LISTENERS } from './application/listeners.js';
export { findGroup, NOTE_GROUP } from './application/process-group.js';
export { approachHome, enterHome } from './application/enter-home.js';
export {
  environmentPath,
  layoutOf,
  processLog,
  startPath,
  type Layout,
} from './application/layout.js';
export type { DeploymentRecord } from './application/deployment-record.js';
export type { DeployPlan } from './application/deploy-plan.js';
export type { Deployer, DeployOptions, Rollback, Source } from './plugin/deployer.js';
export type { DeploymentReport, HostReport } from './application/deployment-report.js';
export { PHASES, type Phase, type ReleaseStep } from './application/release-step.js';
export type { Release } from './application/release.js';
export { definePlugin, type Plugin, type PluginContext } from './plugin/plugin.js';

export type { HostEnd } from './commands/on-hosts.js';
export type { CommandContext, CommonOptions, PluginCommand } from './commands/plugin-command.js';
export { urlsOf } from './commands/run.js';
export type { EnvironmentExecutor, ExecutorEnd } from './nx/executors/environment-executor.js';
export { pluginExecutor } from './nx/executors/plugin-executor.js';

export { runJob, JobLostError } from './engine/run-job.js';
export { ChangedSinceError } from './engine/last-change.js';
export { LockHeldError } from './engine/lock.js';
export type { JobObserver } from './engine/job-progress.js';
export type { Job, JobDescription, JobStep } from './engine/job.js';
export type { Plan, PlannedChange } from './engine/plan.js';
export { describeJob } from './engine/describe-job.js';
export { applyPlan, planHost, type ProvisionResult } from './engine/provision.js';

/** For types of resources that are files, and more. */
export { printContent, type Content } from './resources/content.js';
export { fileState, parseFile, readFile, type FileState } from './resources/file-text.js';
export { pathProbe } from './resources/path-probe.js';
export {
  defineLiveFile,
  type LiveFileContent,
  type LiveFileDefinition,
} from './resources/define-live-file.js';
export { OTHERS_BROKEN, removeLive, type LiveFile } from './resources/live-file.js';
export { checkKnownFile } from './resources/known-daemons.js';
export type { LiveFolder } from './resources/live-folder.js';
export { stageAndRename } from './resources/stage.js';
