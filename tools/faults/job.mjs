import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a job may take to appear, and to its end, in milliseconds. */
const PATIENCE = 90_000;

/** The jobs' folders of a sandbox host, seen from this machine. */
function folderOf(host) {
  return join(host.root, 'var/lib/fairness-deploy/jobs');
}

export function listJobs(host) {
  return existsSync(folderOf(host)) ? readdirSync(folderOf(host)).sort() : [];
}

/** What a job that has ended says of its steps: when each began and ended, in seconds since the machine's start. */
export function readJob(host, id) {
  const read = (name) =>
    readFileSync(join(folderOf(host), id, name), 'utf8')
      .trim()
      .split('\n');
  const names = read('names').map((line) => JSON.parse(line));
  const steps = read('steps').map((line) => {
    const [at, status, begun, ended] = line.split(' ').map(Number);
    return { name: names[at], status, begun, ended };
  });
  return { id, steps };
}

/** Waits for a job that isn't among the known ones. */
export async function nextJob(host, known) {
  const id = await until(
    () => listJobs(host).find((name) => !known.includes(name)),
    () => 'no job has begun',
  );
  return new HostJob(host, id);
}

/** A job on a sandbox host, followed from outside of it, without the product's knowledge. */
class HostJob {
  #host;
  #folder;
  #log = '';

  constructor(host, id) {
    this.id = id;
    this.#host = host;
    this.#folder = join(folderOf(host), id);
  }

  #read(name) {
    try {
      return readFileSync(join(this.#folder, name), 'utf8');
    } catch {
      return '';
    }
  }

  /** The steps' names, in their order. */
  names() {
    return this.#read('names')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  /** This machine's number of the job's own shell. */
  async process() {
    const inner = await until(
      () => this.#read('pid').trim(),
      () => 'the job has no process',
    );
    return processOf(this.#host, Number(inner));
  }

  /** Waits until a record of the log has ended, or the job has. */
  async ended(record) {
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

  /** The record that began last. */
  lastBegun() {
    return [...this.#read('log').matchAll(/^\S+ begin (\S+)/gm)].at(-1)?.[1];
  }

  /** Waits until the job has come to its end, and gives its status. */
  async over() {
    return until(
      () => this.#read('status').trim(),
      () => `the job has not ended: ${this.#log.slice(-1000)}`,
    );
  }
}

/** This machine's number of a process that has the given one within a host. */
export function processOf(host, inner) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (!new RegExp(`^NSpid:\\t\\d+\\t${inner}$`, 'm').test(status)) continue;
      if (readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`/${host.id}`)) return Number(pid);
    } catch {
      // It has ended.
    }
  }
  return undefined;
}

/** Kills a process and waits for its end. */
export async function killAndWait(pid) {
  process.kill(pid, 'SIGKILL');
  await until(
    () => hasEnded(pid),
    () => `process ${pid} was killed and has not ended`,
  );
}

/** Whether a process is gone, or was not yet asked for its status by its parent. */
function hasEnded(pid) {
  try {
    return /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

async function until(find, complaint) {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const found = find();
    if (found) return found;
    if (performance.now() > end) throw new Error(`Waited in vain: ${complaint()}`);
    await sleep(1);
  }
}
