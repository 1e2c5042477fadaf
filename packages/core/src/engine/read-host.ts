import { type Connection, lines, type Script } from '@fairness-deploy/shell';
import type { Resource } from '../resource/resource.js';
import { parseSystem, PRINT_SYSTEM, type HostSystem } from '../system/host-system.js';
import { collect } from './collect.js';
import { framed, framedRead, SYSTEM_RECORD } from './framed.js';
import { parseHolder, PRINT_HOLDER, type LockHolder } from './lock.js';
import type { Plan } from './plan.js';
import { planFrom } from './plan.js';
import { readScript } from './read-script.js';
import { outputIn, type ScriptOutput } from './script-output.js';
import { timedReads, type TimedRead } from './timed-reads.js';

/** The question to a host. */
export interface HostQuery {
  /** In the order in which they are applied. */
  readonly resources?: readonly Resource[];
  /**
   * The most seconds that the resources may take, beside the timed reads; those that have not answered by then are
   * unreadable. Default: as long as they need.
   */
  readonly resourcesSeconds?: number;
  /** Other scripts, which print something. */
  readonly reads?: readonly Script[];
  /** More of them, which run side by side; when one of them hangs, the others and the rest go on. */
  readonly timed?: readonly TimedRead[];
}

/** The answer of a host. */
export interface HostAnswer {
  /** How the host differs from the resources. Removals are `revealed` alone. */
  readonly drift: Plan;
  /** What it runs; a command that changes the host checks it: see requireSupported. */
  readonly system: HostSystem;
  /** The job that runs there at the moment. */
  readonly holder: LockHolder | undefined;
  /** The output of the other scripts, in their order, or why one failed. */
  readonly outputs: readonly ScriptOutput[];
  /** The same of the timed ones. */
  readonly timedOutputs: readonly ScriptOutput[];
}

/** Reads a host's lock, its system, its resources and more, in one round trip. */
export async function readHost(
  connection: Connection,
  { resources = [], resourcesSeconds: seconds, reads = [], timed = [] }: HostQuery,
): Promise<HostAnswer> {
  const records = await collect(connection, (nonce) =>
    lines(
      framed(nonce, SYSTEM_RECORD, PRINT_SYSTEM),
      ...(seconds === undefined ? [readScript(nonce, resources)] : []),
      framed(nonce, LOCK_RECORD, PRINT_HOLDER),
      ...reads.map((script, at) => framedRead(nonce, readRecord(at), script)),
      timedReads(
        nonce,
        timed.map((read, at) => ({ ...read, record: timedRecord(at) })),
        seconds === undefined ? undefined : { seconds, script: readScript(nonce, resources) },
      ),
    ),
  );
  return {
    system: parseSystem(records.get(SYSTEM_RECORD)?.output ?? ''),
    drift: planFrom(records, resources),
    holder: parseHolder(records.get(LOCK_RECORD)?.output ?? ''),
    outputs: reads.map((_, at) => outputIn(records, readRecord(at))),
    timedOutputs: timed.map((_, at) => outputIn(records, timedRecord(at))),
  };
}

const LOCK_RECORD = 'lock';

function readRecord(at: number): string {
  return `read_${String(at)}`;
}

function timedRecord(at: number): string {
  return `timed_${String(at)}`;
}
