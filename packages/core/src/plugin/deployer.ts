import type { Environment } from '../inventory/environment.js';
import type { Script } from '../script/sh.js';
import type { PluginContext, Release, ReleaseStep } from './plugin.js';

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
  /** What the user should know before it goes on line: uncommitted changes that stay behind. */
  readonly warnings: readonly string[];
}

/** What has to be done on one host to bring the source on line. */
export interface DeployPlan {
  readonly release: Release;
  /** Sent along with the job; its steps find it as the file `$FD_INPUT`, readable by root. */
  readonly input?: Uint8Array;
  readonly steps: readonly ReleaseStep[];
}

/** Brings releases: knows the source, how to read what a host has, and the steps between. */
export interface Deployer<Section = unknown> {
  /** Finds the commit to deploy, before any connection. */
  source(environment: Environment, section: Section, options: DeployOptions): Promise<Source>;
  /** Prints what is deployed on the host and what it has of the repository. */
  read(context: PluginContext<Section>): Script;
  /** The id of the release that runs and is known to be good, as `read` printed it. */
  running(output: string): string | undefined;
  /** @returns undefined when the commit already runs and `force` isn't set. */
  plan(
    context: PluginContext<Section>,
    source: Source,
    output: string,
    options: DeployOptions,
  ): Promise<DeployPlan | undefined>;
}
