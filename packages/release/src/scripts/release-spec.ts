import type { Application, Environment, ScheduledJob } from '@fairness-deploy/core';
import type { Release } from '../application/release.js';
import type { RuntimeSource } from '../application/runtime.js';
import type { DeclaredMigration } from '../host/declared-migrations.js';
import type { Deployment } from '../host/history-entry.js';
import type { MigrationInputs, MigrationRecord } from '../host/migration-record.js';
import type { Layout } from '../application/layout.js';
import type { RepositoryUrl } from '../section/repository-url.js';
import type { ReleaseFile } from '../section/release-file.js';
import type { ReleaseSection } from '../section/section.js';
import type { MigrationPart } from './migration-part.js';

/** How the commit comes into the host's repository. */
export type Transfer =
  /** It is there already. */
  | { readonly from: 'host' }
  /** The job's input is a bundle of it. */
  | { readonly from: 'input' }
  | { readonly from: 'url'; readonly url: RepositoryUrl };

/** The commit that a release's folder is a worktree of. */
export function contentOf({
  artifact,
  release,
}: Pick<ReleaseSpec, 'artifact' | 'release'>): string {
  return artifact ?? release.commit;
}

/** Whether the migration of a deployment runs. */
export interface MigrationPlan {
  readonly inputs: MigrationInputs;
  /** Why it runs, or why not. */
  readonly why: string;
  /**
   * The record of a migration with the same inputs: it need not run as long as the host has this
   * record. Undefined: it runs.
   */
  readonly last: MigrationRecord | undefined;
}

/** All that the steps of a release follow from. */
export interface ReleaseSpec {
  readonly application: Application;
  /** What hooks on the client are told of. */
  readonly environment: Pick<Environment, 'name' | 'workspace'>;
  /** The names of the hosts that are deployed to. */
  readonly hosts: readonly string[];
  readonly section: ReleaseSection;
  /** The files that are written into it. Default: none. */
  readonly files?: readonly ReleaseFile[];
  readonly layout: Layout;
  readonly release: Release;
  /** How to install the release's runtime; undefined: as by default. */
  readonly runtimeSource?: RuntimeSource;
  /** The commit that holds what was built of the release's; undefined: the release's own is checked out. */
  readonly artifact?: string;
  readonly transfer: Transfer;
  /** The files that plugins add for the release's programs, by their names. */
  readonly configuration: Readonly<Record<string, string>>;
  /** A good release of the same commit, built in the same way: its files serve again. */
  readonly builtAs?: string;
  /** What the history records. */
  readonly about: Deployment;
  /** What is live, of a deployment when something is. */
  readonly live?: Pick<Deployment, 'commit' | 'artifact'>;
  /** The scheduled jobs of the live release. Default: none. */
  readonly previousSchedules?: readonly ScheduledJob[];
  /** Only of a deployment with a migration. */
  readonly migration?: MigrationPlan;
  /** The migrations in the folder that the section names, of a deployment. */
  readonly declaredMigrations?: readonly DeclaredMigration[];
  /** What plugins add to the migration. Default: nothing. */
  readonly migrationParts?: readonly MigrationPart[];
}
