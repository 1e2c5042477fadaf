import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { DebianRelease } from '../machine/registries.js';
import { paths } from '../system/paths.js';
import { writeFileAtomically } from '../system/write-file.js';

/** The record of a host that is a container, from `up` to `down`. */
export interface ContainerRecord {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly environment?: string;
  readonly engine: 'podman' | 'docker';
  readonly release: DebianRelease;
  /** Ports of the loopback address by the host's ports; that of sshd among them. */
  readonly ports: Readonly<Record<number, number>>;
  /** Whether the container has its keys and names: an interrupted start leaves one without. */
  readonly personalised: boolean;
  /** The gateway's address, for a host that reaches no package source itself. */
  readonly gateway?: string;
}

/** @returns undefined when there is no such host. */
export function readContainerRecord(id: string): ContainerRecord | undefined {
  const file = paths.container(id).record;
  if (!existsSync(file)) return undefined;
  // Written by writeContainerRecord() only.
  return JSON.parse(readFileSync(file, 'utf8')) as ContainerRecord;
}

export async function writeContainerRecord(record: ContainerRecord): Promise<void> {
  const file = paths.container(record.id).record;
  await writeFileAtomically(file, `${JSON.stringify(record, null, 2)}\n`);
}

export function readContainerRecords(): readonly ContainerRecord[] {
  if (!existsSync(paths.containers)) return [];
  return readdirSync(paths.containers).flatMap((id) => readContainerRecord(id) ?? []);
}
