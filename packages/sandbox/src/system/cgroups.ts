import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hierarchy, parseHierarchies } from './cgroup-hierarchies.js';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';
import { HintedError } from '@fairness-deploy/shell/text';

/** The parent of all sandboxes' groups has this name, at the top of each hierarchy. */
const top = 'fairness-deploy-sandbox';

function hierarchies(): readonly Hierarchy[] {
  return parseHierarchies(readFileSync('/proc/self/mountinfo', 'utf8'));
}

/**
 * Makes the group in every hierarchy (systemds that share one disturb each other) and returns its
 * folders. `memory` in bytes limits what the group may use.
 */
export async function createCgroup(name: string, memory?: number): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const hierarchy of hierarchies()) {
    const parent = join(hierarchy.path, top);
    const folder = join(parent, name);
    // The group first: without one in it, a call that stops a host may remove the parent.
    await mkdir(folder, { recursive: true });
    if (hierarchy.options.includes('cpuset')) {
      for (const path of [parent, folder]) await inheritCpuset(path);
    }
    if (memory !== undefined) await limitMemory(hierarchy, folder, memory);
    folders.push(folder);
  }
  return folders;
}

/** A new v1 cpuset has no processor and takes no process until it is given some. */
async function inheritCpuset(folder: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    await writeFile(join(folder, file), readFileSync(join(folder, '..', file), 'utf8'));
  }
}

async function limitMemory(hierarchy: Hierarchy, folder: string, bytes: number): Promise<void> {
  const file = hierarchy.version === 1 ? 'memory.limit_in_bytes' : 'memory.max';
  if (existsSync(join(folder, file))) await writeFile(join(folder, file), String(bytes));
}

/** Moves a process, with all its threads, into the group's folders. */
export async function enterCgroup(folders: readonly string[], pid: number): Promise<void> {
  for (const folder of folders) await writeFile(join(folder, 'cgroup.procs'), String(pid));
}

/** Every process of the group, whatever groups it has made below. */
export function cgroupProcesses(name: string): readonly number[] {
  const pids = new Set<number>();
  for (const { path } of hierarchies()) {
    for (const folder of foldersBelow(join(path, top, name))) {
      try {
        for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n')) {
          if (pid !== '' && pid !== '0') pids.add(Number(pid));
        }
      } catch {
        // Removed in between.
      }
    }
  }
  return [...pids];
}

/** Bytes that the group uses now, where a memory controller tells. */
export function cgroupMemory(name: string): number | undefined {
  for (const { path } of hierarchies()) {
    for (const file of ['memory.usage_in_bytes', 'memory.current']) {
      const usage = join(path, top, name, file);
      if (existsSync(usage)) return Number(readFileSync(usage, 'utf8'));
    }
  }
  return undefined;
}

/**
 * Kills the processes of the group and waits until all have ended. `first` go before the rest, each
 * with its whole process namespace when it is the first process of one.
 * @throws HintedError when processes are still running after ten seconds.
 */
export async function killCgroup(name: string, first: readonly number[] = []): Promise<void> {
  const deadline = Date.now() + 10_000;
  const killed = new Map<number, ProcessIdentity>();
  for (let pids = [...first, ...cgroupProcesses(name)]; ; pids = [...cgroupProcesses(name)]) {
    for (const pid of pids) {
      const identity = identify(pid);
      if (identity !== undefined) killed.set(pid, identity);
      kill(pid);
    }
    // A group doesn't list processes that have begun to end, but they still hold locks and mounts.
    const ending = [...killed.values()].filter(isAlive);
    if (pids.length === 0 && ending.length === 0) return;
    if (Date.now() > deadline) {
      const left = [...new Set([...pids, ...ending.map(({ pid }) => pid)])];
      throw new HintedError(`Cannot stop "${name}": processes ${left.join(', ')} don't end`);
    }
    await sleep(10);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

/** Removes the emptied group from every hierarchy, and the parent with the last one. */
export async function removeCgroup(name: string): Promise<void> {
  for (const { path } of hierarchies()) {
    for (const folder of foldersBelow(join(path, top, name)).reverse()) await rmdir(folder);
    try {
      await rmdir(join(path, top));
    } catch {
      // Another sandbox is up, or there was none in this hierarchy.
    }
  }
}

/** The folder and all below it, parents first; empty when it doesn't exist. */
function foldersBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  try {
    return [
      folder,
      ...readdirSync(folder)
        .map((entry) => join(folder, entry))
        .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
        .flatMap(foldersBelow),
    ];
  } catch {
    return [];
  }
}
