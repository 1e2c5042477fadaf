import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { z } from '@fairness-deploy/core';
import { DEBIAN_RELEASES } from '../machine/registries.js';
import { paths } from '../system/paths.js';
import { writeFileAtomically } from '../system/write-file.js';
import { ENGINES } from './ask.js';

/** The record of a host that is a container, from `up` to `down`. */
export const containerRecord = z
  .object({
    version: z.literal(1),
    id: z.string(),
    name: z.string(),
    workspace: z.string(),
    environment: z.string().exactOptional(),
    engine: z.enum(ENGINES),
    release: z.enum(DEBIAN_RELEASES),
    /** Ports of the loopback address by the host's ports; that of sshd among them. */
    ports: z.record(z.string().regex(/^\d+$/), z.int().positive()),
    /** Whether the container has its keys and names: an interrupted start leaves one without. */
    personalised: z.boolean(),
    /** The gateway's address, for a host that reaches no package source itself. */
    gateway: z.ipv4().exactOptional(),
  })
  .readonly();
export type ContainerRecord = z.output<typeof containerRecord>;

/** The name of a host's container. */
export const containerName = ({ id }: Pick<ContainerRecord, 'id'>): string =>
  `fairness-deploy-${id}`;

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
