import { sh, type Script } from '@fairness-deploy/shell';
import { stateFolder } from '../connection/paths.js';

/** How the last drill ended. */
export interface DrillRecord {
  /** The backup's id. */
  readonly backup: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** `unfinished`: it still runs, or it was cut off. */
  readonly outcome: 'good' | 'failed' | 'unfinished';
  /** Whether the application was healthy with the copy; undefined: it was not asked. */
  readonly healthy?: boolean;
}

function recordFile(application: string): string {
  return `${stateFolder(application)}/drill`;
}

/** Records how a drill is going, or ended, by the host's clock. */
export function recordDrill(
  application: string,
  { backup, outcome, healthy }: Omit<DrillRecord, 'at'>,
): Script {
  const file = recordFile(application);
  const health = healthy === undefined ? 'not asked' : healthy ? 'good' : 'bad';
  return sh`
    (
      umask 077
      printf '%s %s\n' backup ${backup} at "$(date -u +%Y-%m-%dT%H:%M:%SZ)" outcome ${outcome} health ${health} \
        >${`${file}.new`}
      mv -fT -- ${`${file}.new`} ${file}
    )`;
}

export function printDrill(application: string): Script {
  const file = recordFile(application);
  return sh`[ ! -f ${file} ] || cat -- ${file}`;
}

/** Undefined when there was none, or the record is not whole. */
export function parseDrill(output: string): DrillRecord | undefined {
  const field = (name: string, shape: RegExp): string | undefined => {
    const value = new RegExp(`^${name} (.*)$`, 'm').exec(output)?.[1];
    return value !== undefined && shape.test(value) ? value : undefined;
  };
  const backup = field('backup', /^[\w-]+$/);
  const at = field('at', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const outcome = field('outcome', /^(good|failed|unfinished)$/);
  const health = field('health', /^(good|bad)$/);
  if (backup === undefined || at === undefined || outcome === undefined) return undefined;
  return {
    ...{ backup, at },
    // Sound: the expression admits only these.
    outcome: outcome as DrillRecord['outcome'],
    ...(health !== undefined && { healthy: health === 'good' }),
  };
}
