import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NspawnHost } from '@fairness-deploy/sandbox';
import { z } from 'zod';

/** How long a job may take to appear, and to its end, in milliseconds. */
const JOB_TIMEOUT_MILLISECONDS = 90_000;

/** The jobs' folders of a sandbox host, seen from this machine. */
function folderOf(host: NspawnHost): string {
  return join(host.root, 'var/lib/fairness-deploy/jobs');
}

export function listJobs(host: NspawnHost): readonly string[] {
  return existsSync(folderOf(host)) ? readdirSync(folderOf(host)).sort() : [];
}

/** A step of a job that has ended: when it began and ended, in seconds since the machine's start. */
export interface EndedStep {
  readonly name: string;
  readonly begun: number;
  readonly ended: number;
}

/** The steps of a job that has ended, in their order. */
export function readSteps(host: NspawnHost, id: string): readonly EndedStep[] {
  const read = (name: string): string => readFileSync(join(folderOf(host), id, name), 'utf8');
  const names = namesIn(read('names'));
  return linesOf(read('steps')).map((line) => {
    const [at, , begun, ended] = line.split(' ').map(Number);
    const name = at === undefined ? undefined : names[at];
    if (name === undefined || begun === undefined || ended === undefined) {
      throw new Error(`A job's record of a step has another form: ${line}`);
    }
    return { name, begun, ended };
  });
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** A job's file of its steps' names has one a line, in JSON. */
function namesIn(text: string): readonly string[] {
  return linesOf(text).map((line) => z.string().parse(JSON.parse(line)));
}

/** Waits for a job that isn't among the known ones. */
export async function nextJob(host: NspawnHost, known: readonly string[]): Promise<HostJob> {
  const id = await until(
    () => listJobs(host).find((name) => !known.includes(name)),
    () => 'no job has begun',
  );
  return new HostJob(host, id);
}

/** A job on a sandbox host, watched from outside, without the product's knowledge. */
export class HostJob {
  readonly #host: NspawnHost;
  readonly #folder: string;
  #log = '';

  constructor(host: NspawnHost, id: string) {
    this.#host = host;
    this.#folder = join(folderOf(host), id);
  }

  #read(name: string): string {
    try {
      return readFileSync(join(this.#folder, name), 'utf8');
    } catch {
      return '';
    }
  }

  /** The steps' names, in their order. */
  names(): readonly string[] {
    return namesIn(this.#read('names'));
  }

  /** This machine's number of the job's own shell. */
  async process(): Promise<number> {
    const inner = await until(
      () => this.#read('pid').trim(),
      () => 'the job has no process',
    );
    return processOf(this.#host, Number(inner));
  }

  /** Waits until a record of the log has ended, or the job has. */
  async ended(record: string): Promise<'ended' | 'passed'> {
    const nonce = await until(
      () => this.#read('job').split('\n')[3],
      () => 'the job has no nonce',
    );
    const end = `\n${nonce} end ${record} `;
    return until(
      () => {
        // Whole each time: it is small.
        this.#log = this.#read('log');
        if (this.#log.includes(end)) return 'ended';
        return this.#read('status') === '' ? undefined : 'passed';
      },
      () => `${record} has not ended: ${this.#log.slice(-1000)}`,
    );
  }

  /**
   * Waits until the job has changed something.
   *
   * @param what the change, for the error
   * @throws Error when the job ends without it.
   */
  async until(isChanged: () => boolean, what: string): Promise<void> {
    await until(
      () => {
        // First: it may have been the job's last change.
        const hasEnded = this.#read('status') !== '';
        if (isChanged()) return true;
        if (hasEnded) throw new Error(`The job has ended, and not: ${what}`);
        return undefined;
      },
      () => `not: ${what}`,
    );
  }

  /** The record that began last. */
  lastBegun(): string | undefined {
    return [...this.#read('log').matchAll(/^\S+ begin (\S+)/gm)].at(-1)?.[1];
  }

  /** Waits until the job has ended. */
  async over(): Promise<void> {
    await until(
      () => this.#read('status').trim(),
      () => `the job has not ended: ${this.#log.slice(-1000)}`,
    );
  }
}

/** This machine's number of a process that has the given one within a host. @throws Error when there is none. */
export function processOf(host: NspawnHost, inner: number): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (!new RegExp(`^NSpid:\\t\\d+\\t${String(inner)}$`, 'm').test(status)) continue;
      if (readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`/${host.id}`)) return Number(pid);
    } catch {
      // It has ended.
    }
  }
  throw new Error(`There is no process ${String(inner)} on ${host.name}`);
}

/** Kills a process and waits for its end. */
export async function killAndWait(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(
    () => hasEnded(pid),
    () => `process ${String(pid)} was killed and has not ended`,
  );
}

/** Whether a process is gone, or was not yet asked for its status by its parent. */
function hasEnded(pid: number): boolean {
  try {
    return /^State:\tZ/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return true;
  }
}

/** Waits until a result is true, or a text that isn't empty. */
async function until<T extends string | boolean>(
  find: () => T | undefined,
  complaint: () => string,
): Promise<T> {
  const end = performance.now() + JOB_TIMEOUT_MILLISECONDS;
  for (;;) {
    const found = find();
    if (found) return found;
    if (performance.now() > end) throw new Error(`Waited in vain: ${complaint()}`);
    await sleep(1);
  }
}
