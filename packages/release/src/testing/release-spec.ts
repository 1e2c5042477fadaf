import type { Application } from '@fairness-deploy/core';
import { layoutOf } from '../application/layout.js';
import { releaseIn } from '../application/release.js';
import type { Runtime } from '../application/runtime.js';
import { releaseSchema } from '../section/section.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';
import { application as example, environment } from './application.js';
import { deploymentOf } from './entry.js';

/** In what a release for tests differs from a plain one. */
export interface SpecChanges extends Partial<
  Pick<ReleaseSpec, 'artifact' | 'builtAs' | 'transfer' | 'runtimeSource'>
> {
  readonly application?: Partial<Application>;
  /** As it is written in environment.yaml. */
  readonly section?: object;
  readonly action?: 'deploy' | 'rollback';
  /** Default: a Node.js; undefined: none. */
  readonly runtime?: Runtime | undefined;
}

const NODE: Runtime = { node: '20.20.2' };

/** A release for tests: of a commit that the host has, unless told. */
export function releaseSpec({
  application: changes,
  section: written = {},
  action = 'deploy',
  ...more
}: SpecChanges = {}): ReleaseSpec {
  const { runtime = 'runtime' in more ? undefined : NODE, ...rest } = more;
  const application = { ...example, ...changes };
  const layout = layoutOf(application);
  const section = releaseSchema.parse(written);
  const about = deploymentOf({ action });
  const { release: id, commit } = about;
  const release = releaseIn(layout, { id, commit, directory: section.directory, runtime });
  const transfer = { from: 'host' } as const;
  const hosts = ['web'];
  return { application, environment, hosts, section, layout, release, transfer, about, ...rest };
}
