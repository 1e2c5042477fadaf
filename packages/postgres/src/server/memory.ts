/** The settings that follow from the memory that the server may use (PostgreSQL's manual, 20.4). */

const MAX_CONNECTIONS = 100;

/** A machine's memory changes by some megabytes with its kernel: no reason to restart a server. */
const TOLERANCE = 0.05;

/**
 * The settings for an amount of memory: those that everybody changes first, by the rules of PostgreSQL's
 * manual (a quarter for shared buffers) and of PGTune for web applications.
 *
 * @param megabytes at least 64
 */
export function settingsFor(megabytes: number): Readonly<Record<string, string>> {
  const shared = Math.max(32, Math.floor(megabytes / 4));
  // Each of many sorts at once may take it; a connection may have several.
  const perSort = Math.floor(((megabytes - shared) * 1024) / (MAX_CONNECTIONS * 3));
  return {
    max_connections: String(MAX_CONNECTIONS),
    shared_buffers: `${String(shared)}MB`,
    effective_cache_size: `${String(Math.max(shared, Math.floor((megabytes * 3) / 4)))}MB`,
    maintenance_work_mem: `${String(Math.min(2048, Math.max(32, Math.floor(megabytes / 16))))}MB`,
    work_mem: `${String(Math.max(1024, perSort))}kB`,
    // Servers have SSDs today: reading here and there costs hardly more than reading on.
    random_page_cost: '1.1',
  };
}

/** The megabytes of `2GB`. */
export function megabytesOf(memory: string): number {
  const [, number = '', unit] = /^(\d+)(MB|GB)$/.exec(memory) ?? [];
  return Number(number) * (unit === 'GB' ? 1024 : 1);
}

/**
 * The memory to reckon with: the machine's, or the one that its settings are for already when that is
 * nearly as much.
 *
 * @param machine megabytes
 * @param before the megabytes of the settings that are there
 */
export function steadyMemory(machine: number, before: number | undefined): number {
  const isNear = before !== undefined && Math.abs(machine - before) <= machine * TOLERANCE;
  return Math.max(64, isNear ? before : machine);
}
