import type { Application } from './application-schema.js';
import type { Host } from './host-schema.js';

export type { Application } from './application-schema.js';
export type { HealthCheck } from './health-schema.js';
export type { Host } from './host-schema.js';
export type { NodeRuntime } from './node-runtime-schema.js';
export type { Process } from './process-schema.js';
export type { ScheduledJob } from './schedule-schema.js';
export type { StaticFiles, StaticFolder } from './static-schema.js';

/** An environment as its files describe it, checked as a whole. */
export interface Environment {
  readonly name: string;
  /** Absolute path of the workspace on the client. */
  readonly workspace: string;
  /** Absolute path of the folder that holds environment.yaml. */
  readonly folder: string;
  /** What it is for, for people. */
  readonly description?: string;
  /** Where people open it. */
  readonly url?: string;
  /** Where each computing resource is that it consists of, by the resource's name: for people. */
  readonly resources?: Readonly<Record<string, string>>;
  readonly hosts: readonly Host[];
  readonly application?: Application;
  /** The plugins' sections by key, each as its own schema returned it. */
  readonly sections: Readonly<Record<string, unknown>>;
  /**
   * The roles of the hosts that a section is for, by its key; a section without an entry is for
   * all.
   */
  readonly on?: Readonly<Record<string, readonly string[]>>;
}
