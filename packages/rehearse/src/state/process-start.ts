import { execFile } from 'node:child_process';
import { childEnvironment } from '@fairness-deploy/shell/client';

/** One process of this machine: another one may have its pid later. */
export interface ProcessStart {
  readonly pid: number;
  /** When it started, as ps(1) prints it. */
  readonly started: string;
}

/** @returns undefined when no such process runs. */
export async function processStart(pid: number): Promise<ProcessStart | undefined> {
  const started = await new Promise<string>((resolve) => {
    // The time must be printed alike whoever asks.
    const env = { ...childEnvironment(), LC_ALL: 'C', TZ: 'UTC' };
    const columns = ['-o', 'state=', '-o', 'lstart=', '-p', String(pid)];
    execFile('ps', columns, { env }, (error, stdout) => {
      resolve(error ? '' : stdout.trim());
    });
  });
  // The state Z is a process that has ended.
  const [, time] = /^[^Z]\S*\s+(.+)$/.exec(started) ?? [];
  return time === undefined ? undefined : { pid, started: time };
}

/** Whether that very process still runs. */
export async function isRunning(process: ProcessStart | undefined): Promise<boolean> {
  if (!process) return false;
  return (await processStart(process.pid))?.started === process.started;
}
