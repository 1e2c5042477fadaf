import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { paths } from '../../system/paths.js';
import type { ProcessIdentity } from '../../system/process-identity.js';
import { writeFileAtomically } from '../../system/write-file.js';

/** The record of a host from `up` to `down`. */
export interface HostRecord {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly environment?: string;
  /** The last number of its address. */
  readonly number: number;
  /** Key of the base root. */
  readonly base: string;
  /** The saved disks above the base, the uppermost first. */
  readonly disks: readonly string[];
  /** The most bytes of memory. */
  readonly memory?: number;
  /** Whether the disk has its keys and names: an interrupted start leaves one without. */
  readonly personalised: boolean;
  /** The process that starts the container, and starts it again when it reboots. */
  readonly starter?: ProcessIdentity;
}

/** @returns undefined when there is no such host. */
export function readRecord(id: string): HostRecord | undefined {
  const file = paths.host(id).record;
  if (!existsSync(file)) return undefined;
  // Written by writeRecord() only.
  return JSON.parse(readFileSync(file, 'utf8')) as HostRecord;
}

export async function writeRecord(record: HostRecord): Promise<void> {
  await writeFileAtomically(paths.host(record.id).record, `${JSON.stringify(record, null, 2)}\n`);
}

/** All hosts of this machine, whether they run or not. */
export function readRecords(): readonly HostRecord[] {
  if (!existsSync(paths.hosts)) return [];
  return readdirSync(paths.hosts).flatMap((id) => readRecord(id) ?? []);
}
