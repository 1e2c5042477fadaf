import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { userStateFolder } from '@fairness-deploy/shell/client';

/** The environment that is rehearsed. */
export interface Rehearsed {
  readonly environment: string;
  readonly workspace: string;
}

/** What a rehearsal has on this machine. Only the user may enter the folder. */
export interface RehearsalPaths {
  readonly folder: string;
  readonly record: string;
  /** What the janitor says when it can't remove a host. */
  readonly janitorLog: string;
  /** The name of the lock that its process holds, or its janitor. */
  readonly lock: string;
  /** For Vagrant, which names machines after it: the last part is like no other folder's. */
  readonly vagrant: string;
}

/** The workspace as one path, without links. It may be gone. */
export function canonical(workspace: string): string {
  return existsSync(workspace) ? realpathSync(workspace) : workspace;
}

/** The folder of a rehearsal, in the user's own state (XDG Base Directory Specification). */
export function pathsOf({ environment, workspace }: Rehearsed): RehearsalPaths {
  const digest = createHash('sha256')
    .update(JSON.stringify([canonical(workspace), environment]))
    .digest('hex')
    .slice(0, 16);
  const folder = join(userStateFolder(), 'fairness-deploy', 'rehearsals', digest);
  return {
    folder,
    record: join(folder, 'rehearsal.json'),
    janitorLog: join(folder, 'janitor.log'),
    lock: `rehearsal-${digest}`,
    vagrant: join(folder, `rehearsal-${digest}`),
  };
}
