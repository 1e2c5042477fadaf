import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Rehearsed } from '../sandbox/stage-hosts.js';

/** The paths of a rehearsal on this machine. Only the user may enter the folder. */
export interface RehearsalPaths {
  readonly folder: string;
  readonly record: string;
  /** What the janitor says when it can't remove a host. */
  readonly janitorLog: string;
}

/** The folder of a rehearsal, in the user's own state (XDG Base Directory Specification). */
export function pathsOf({ environment, workspace }: Rehearsed): RehearsalPaths {
  const digest = createHash('sha256')
    .update(JSON.stringify([realpathSync(workspace), environment]))
    .digest('hex');
  const { XDG_STATE_HOME: state = '' } = process.env;
  const base = state.startsWith('/') ? state : join(homedir(), '.local', 'state');
  const folder = join(base, 'fairness-deploy', 'rehearsals', digest.slice(0, 16));
  return {
    folder,
    record: join(folder, 'rehearsal.json'),
    janitorLog: join(folder, 'janitor.log'),
  };
}
