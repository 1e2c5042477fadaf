/** The parts of a plugin; `./resources`, `./engine` and `./commands` have the rest. */

/** Use this zod for schemas of sections: importing another copy works too, but adds to the start time. */
export { z } from 'zod';

export {
  definePlugin,
  type Plugin,
  type NeededSecret,
  type OwnDomains,
  type PluginContext,
  type Reached,
  type SiteUrl,
  type PluginIssue,
} from './plugin/plugin.js';
export type {
  Rehearsal,
  RehearsalContext,
  ReplacedService,
  RestoreContext,
  Stage,
  StageAuthority,
  StageCertificate,
  StageHost,
} from './plugin/rehearsal.js';
export type { NeededPort } from './plugin/needed-port.js';
export { HostGoneError } from './plugin/host-gone-error.js';
export { without } from './plugin/without.js';
export type { DataKind, Owned } from './resource/owned.js';
export type { Removal, Removals } from './ownership/removals.js';
export type { ParsedLine } from './plugin/log-line.js';
export { journal, logFile, logFiles, newIn, tailOf, type LogSource } from './plugin/log-source.js';
export type { Claim } from './resource-parts/claim.js';
export {
  judgedBy,
  type Check,
  type ClientCheck,
  type Finding,
  type JudgeRule,
  type Level,
} from './plugin/check.js';
export type { WatchedCheck } from './plugin/watched-check.js';
export { schemaOf, type FindingSchemas } from './plugin/finding-schemas.js';
export { CLIENT_FINDINGS, HOST_FINDINGS } from './machine/finding-schemas.js';
export type { ReportBar, ReportPart, ReportSource, ReportSpan } from './plugin/report-part.js';
export { LAYERS, type Layer } from './plugin/layer.js';
export { looksLikeError } from './runner/failure-excerpt.js';
export { askPlugin, ownSecret } from './plugin/ask-plugin.js';
export { extendDecommission, type DecommissionExtension } from './runner/decommission-extension.js';
export { extendTunnel, type TunnelExtension } from './runner/tunnel-extension.js';
export { ExtensionPoint, type Extension } from './plugin/extension-point.js';
export type { Offer, OfferContext } from './plugin/offer.js';

export type {
  Application,
  Environment,
  HealthCheck,
  Host,
  NodeRuntime,
  Process,
  ScheduledJob,
  StaticFiles,
  StaticFolder,
} from './inventory/environment.js';
export { applicationOf, requireApplication } from './inventory/application-of.js';
export { isOn } from './inventory/roles.js';
export { isExactVersion } from './inventory/node-runtime-schema.js';
export { calendarEventSchema } from './inventory/schedule-schema.js';
export { envSchema } from './inventory/env-schema.js';
export { textSchema } from './inventory/text-schema.js';
export { webhookUrlSchema } from './webhook/webhook-url-schema.js';
export { sendWebhook, type Patience } from './webhook/send-webhook.js';
export { chatLine, harmlessInChats } from './webhook/chat-line.js';
export {
  hostPathSchema,
  nameSchema,
  portSchema,
  repositoryFolderSchema,
  repositoryPathSchema,
  secondsSchema,
  shellCommandSchema,
} from './inventory/field-schemas.js';
export {
  domainSchema,
  exampleName,
  isWildcard,
  type DomainHints,
} from './inventory/domain-schema.js';
export { checkProjectFile, projectFileSchema } from './inventory/project-file.js';
export { pathKey, urlPathSchema, withoutSlash } from './inventory/url-path.js';
export { staticFolderSchema } from './inventory/static-schema.js';

export { loadEnvironment, type LoadedEnvironment } from './environment/load-environment.js';
export { withNodeMirror } from './environment/with-node-mirror.js';
export type { LoadOptions } from './environment/load-options.js';
export {
  loadWithoutSecrets,
  type UnopenedEnvironment,
  type WantedSecret,
} from './environment/load-without-secrets.js';
