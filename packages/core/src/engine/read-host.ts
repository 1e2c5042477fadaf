import { type Connection, lines, type Script } from '@fairness-deploy/shell';
import type { Resource } from '../resource/resource.js';
import { collect } from './collect.js';
import { framed, framedRead } from './framed.js';
import { parseHolder, PRINT_HOLDER, type LockHolder } from './lock.js';
import type { Plan } from './plan.js';
import { planFrom, readScript } from './read.js';
import { readOutput } from './read-output.js';

/** What is to be read of a host. */
export interface HostReading {
  /** In the order in which they are applied. */
  readonly resources?: readonly Resource[];
  /** Prints a state. */
  readonly state?: Script;
  /** Scripts whose status says whether something is well. */
  readonly statuses?: readonly Script[];
}

/** What a host is like. */
export interface HostRead {
  /** What differs from the resources. */
  readonly drift: Plan;
  /** The job that runs there at the moment. */
  readonly holder: LockHolder | undefined;
  /**
   * What the state's script printed; empty when none was asked for.
   *
   * @param what is read, for the message: `the releases`
   * @throws Error when the script failed.
   */
  readonly state: (what: string) => string;
  /** In their order; what a script printed on standard error is part of it. The status is undefined when it was cut off. */
  readonly statuses: readonly { readonly output: string; readonly status: number | undefined }[];
}

/** Reads a host's lock, its resources and more, in one round trip. */
export async function readHost(
  connection: Connection,
  { resources = [], state, statuses = [] }: HostReading,
): Promise<HostRead> {
  const records = await collect(connection, (nonce) =>
    lines(
      readScript(nonce, resources),
      framed(nonce, LOCK_RECORD, PRINT_HOLDER),
      ...(state ? [framedRead(nonce, STATE_RECORD, state)] : []),
      ...statuses.map((script, at) => framed(nonce, statusRecord(at), script)),
    ),
  );
  return {
    drift: planFrom(records, resources),
    holder: parseHolder(records.get(LOCK_RECORD)?.output ?? ''),
    state: (what) =>
      state ? readOutput(records, STATE_RECORD, `${what} of ${connection.target.name}`) : '',
    statuses: statuses.map((_, at) => {
      const record = records.get(statusRecord(at));
      return { output: record?.output ?? '', status: record?.status };
    }),
  };
}

const LOCK_RECORD = 'lock';
const STATE_RECORD = 'state';

function statusRecord(at: number): string {
  return `status-${String(at)}`;
}
