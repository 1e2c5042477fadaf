import type { Application, ScheduledJob } from '@fairness-deploy/core';
import { layoutOf } from '../application/layout.js';
import { programsOf } from '../application/program.js';
import { releaseIn } from '../application/release.js';
import type { Runtime } from '../application/runtime.js';
import { releaseFiles } from '../section/release-file.js';
import { migrationInputs, planMigration } from '../plan/plan-migration.js';
import { releaseSchema } from '../section/section.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';
import { application as example, environment } from './application.js';
import { deploymentOf } from './entry.js';

/** In what a release for tests differs from a plain one. */
export interface SpecChanges extends Partial<
  Pick<
    ReleaseSpec,
    | 'artifact'
    | 'builtAs'
    | 'hosts'
    | 'live'
    | 'migration'
    | 'previousSchedules'
    | 'runtimeSource'
    | 'transfer'
  >
> {
  readonly application?: Partial<Application>;
  /** As it is written in environment.yaml. */
  readonly section?: object;
  readonly action?: 'deploy' | 'rollback';
  /** Default: a Node.js; undefined: none. */
  readonly runtime?: Runtime | undefined;
  readonly schedules?: readonly ScheduledJob[];
}

const NODE: Runtime = { node: '20.20.2' };

/** A release for tests: of a commit that the host has, unless told. */
export function releaseSpec({
  application: changes,
  section: written = {},
  action = 'deploy',
  ...more
}: SpecChanges = {}): ReleaseSpec {
  const { runtime = 'runtime' in more ? undefined : NODE, schedules = [], ...rest } = more;
  const application = { ...example, ...changes };
  const layout = layoutOf(application);
  const section = releaseSchema.parse(written);
  const about = deploymentOf({ action });
  const { release: id, commit } = about;
  const programs = programsOf(application, 1);
  const release = releaseIn(layout, {
    ...{ id, commit, directory: section.directory, programs, runtime, schedules },
  });
  const transfer = { from: 'host' } as const;
  const host = { name: 'web', address: 'web', sudo: false };
  const hosts = [host.name];
  const files = releaseFiles(section.files, { environment, host });
  const migration = planMigration(
    migrationInputs(application, section, commit),
    ...([section, undefined, false] as const),
  );
  const of = { application, environment, hosts, section, files, layout };
  return { ...of, release, transfer, about, migration, configuration: {}, ...rest };
}
