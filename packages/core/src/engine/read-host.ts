import { type Connection, lines, type Script } from '@fairness-deploy/shell';
import type { Resource } from '../resource/resource.js';
import { collect } from './collect.js';
import { framed, framedRead } from './framed.js';
import { parseHolder, PRINT_HOLDER, type LockHolder } from './lock.js';
import type { Plan } from './plan.js';
import { planFrom, readScript } from './read.js';
import { readOutput, type ReadOutput } from './read-output.js';

/** What is to be read of a host. */
export interface HostReading {
  /** In the order in which they are applied. */
  readonly resources?: readonly Resource[];
  /** Scripts that print something else. */
  readonly reads?: readonly Script[];
}

/** What a host is like. */
export interface HostRead {
  /** What differs from the resources. */
  readonly drift: Plan;
  /** The job that runs there at the moment. */
  readonly holder: LockHolder | undefined;
  /** What the other scripts printed, in their order, or why one failed. */
  readonly reads: readonly ReadOutput[];
}

/** Reads a host's lock, its resources and more, in one round trip. */
export async function readHost(
  connection: Connection,
  { resources = [], reads = [] }: HostReading,
): Promise<HostRead> {
  const records = await collect(connection, (nonce) =>
    lines(
      readScript(nonce, resources),
      framed(nonce, LOCK_RECORD, PRINT_HOLDER),
      ...reads.map((script, at) => framedRead(nonce, readRecord(at), script)),
    ),
  );
  return {
    drift: planFrom(records, resources),
    holder: parseHolder(records.get(LOCK_RECORD)?.output ?? ''),
    reads: reads.map((_, at) => readOutput(records, readRecord(at))),
  };
}

const LOCK_RECORD = 'lock';

function readRecord(at: number): string {
  return `read_${String(at)}`;
}
