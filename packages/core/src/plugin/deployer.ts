import type { DeployPlan } from '../application/deploy-plan.js';
import type { DeploymentRecord } from '../application/deployment-record.js';
import type { Environment } from '../inventory/environment.js';
import type { Script } from '@fairness-deploy/shell';
import type { PluginContext } from './plugin.js';

/** What is asked of a deployment on the command line. */
export interface DeployOptions {
  /** Deploy even what already runs. */
  readonly force: boolean;
  /** The commit or branch to deploy instead of the environment's. */
  readonly revision?: string;
}

/** The commit to be deployed, as the client knows it before it connects. */
export interface Source {
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  /** What the user should know before it goes live: uncommitted changes that stay behind. */
  readonly warnings: readonly string[];
}

/** Where a rollback goes. */
export interface Rollback {
  readonly to: DeploymentRecord;
  /** What the user should know before it goes live. */
  readonly warnings: readonly string[];
  readonly plan: DeployPlan;
}

/** Brings releases: knows the source, how to read what a host has, and the steps between. */
export interface Deployer<Section = unknown> {
  /**
   * Finds the commit to deploy, before any connection.
   *
   * @param tell shows the user a line of what is going on, where that takes a while
   */
  source(
    environment: Environment,
    section: Section,
    options: DeployOptions,
    tell?: (line: string) => void,
  ): Promise<Source>;
  /**
   * Prints what is deployed on the host and what it has of the repository.
   *
   * @param source what is to be deployed next, when that is why it is read
   */
  read(context: PluginContext<Section>, source?: Source): Script;
  /**
   * Succeeds when it may be that the source's commit runs already: only then is it asked whether
   * what runs is well, which costs more than all else that is read. Always, unless given.
   */
  mayRun?(context: PluginContext<Section>, source: Source): Script;
  /** How many of several hosts go live at a time, at least 1. */
  batch(section: Section, hosts: number): number;
  /** The id of the release that runs and is known to be good, as `read` printed it. */
  running(output: string): string | undefined;
  /** The deployments that `read` printed, the oldest first. */
  history(output: string): readonly DeploymentRecord[];
  /** The good releases that a rollback can go to, as `read` printed them, the newest first. */
  candidates(output: string): readonly DeploymentRecord[];
  /** Whether the last deployment was cut off, or is under way, as `read` printed it. */
  interrupted(output: string): boolean;
  /** @returns undefined when the commit already runs and `force` isn't set. */
  plan(
    context: PluginContext<Section>,
    source: Source,
    output: string,
    options: DeployOptions,
  ): Promise<DeployPlan | undefined>;
  /**
   * What goes back to a release that was good before.
   *
   * @param to its id or the beginning of its commit; undefined: the one that was live before,
   *   and was not left by a rollback
   * @throws Error when there is no such release, with those that there are.
   */
  rollback(context: PluginContext<Section>, output: string, to: string | undefined): Rollback;
}
