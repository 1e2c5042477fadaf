import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { childEnvironment } from '@fairness-deploy/shell/client';

/** One process of this boot of the machine: another process may have the same pid later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat (proc(5)); where there is no /proc, the time by ps(1). */
  readonly started: string;
  /** Empty where there is no /proc. */
  readonly bootId: string;
}

/** @returns undefined when no such process runs. */
export function identify(pid: number): ProcessIdentity | undefined {
  return existsSync('/proc/self/stat') ? identifyByProc(pid) : identifyByPs(pid);
}

function identifyByProc(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name in parentheses may hold spaces and parentheses: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, started] = [fields[0], fields[19]];
    if (state === 'Z' || started === undefined) return undefined;
    return { pid, started, bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() };
  } catch {
    return undefined;
  }
}

/** As on macOS, whose kernel keeps the time at which a process started. Linux computes it from its clock. */
export function identifyByPs(pid: number): ProcessIdentity | undefined {
  try {
    const columns = ['-o', 'state=', '-o', 'lstart=', '-p', String(pid)];
    // The time must be printed alike for every user.
    const env = { ...childEnvironment(), LC_ALL: 'C', TZ: 'UTC' };
    const printed = execFileSync('ps', columns, {
      ...{ env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    });
    // The state Z is a process that has ended.
    const [, started] = /^\s*[^Z\s]\S*\s+(\S.*?)\s*$/.exec(printed) ?? [];
    return started === undefined ? undefined : { pid, started, bootId: '' };
  } catch {
    return undefined;
  }
}

/** Whether that very process still runs. */
export function isAlive(identity: ProcessIdentity | undefined): boolean {
  if (identity === undefined) return false;
  const now = identify(identity.pid);
  return now?.started === identity.started && now.bootId === identity.bootId;
}
