import { hostId } from '../driver/host-id.js';
import { DRIVER_USER } from './container-network.js';
import { ENGINES, type EngineName } from './ask.js';
import {
  containerName,
  containerRecord,
  type ContainerRecord,
  readContainerRecords,
} from './container-record.js';
import { type Container, containersWith } from './inspect.js';

const RECORD = 'fairness-deploy.record';
const USER = 'fairness-deploy.user';

/** How long an engine may take for the list of its containers, in seconds. */
const LIST_PATIENCE = 10;

/** A container has its host's record on itself, too. */
export const labelsOf = (record: ContainerRecord): readonly string[] => [
  ...['--label', `${RECORD}=${JSON.stringify(record)}`],
  ...['--label', `${USER}=${DRIVER_USER}`],
];

/** Whether a container says that it is a host of this user. */
export const isOwn = ({ labels }: Pick<Container, 'labels'>): boolean =>
  labels[USER] === DRIVER_USER;

/**
 * The records of all hosts of this user, also of containers that came after their record was removed:
 * an engine ends what a killed client has asked it for. An engine that is missing or stuck adds nothing.
 */
export async function containerRecords(): Promise<readonly ContainerRecord[]> {
  const known = readContainerRecords();
  const labelled = (await Promise.all(ENGINES.map(labelledBy))).flat();
  const orphans = labelled.filter(({ id }) => !known.some((record) => record.id === id));
  return [...known, ...new Map(orphans.map((record) => [record.id, record])).values()];
}

async function labelledBy(engine: EngineName): Promise<readonly ContainerRecord[]> {
  const label = `${USER}=${DRIVER_USER}`;
  const containers = await containersWith(engine, label, LIST_PATIENCE).catch(() => []);
  return containers.flatMap((container) => recordOn(container, engine) ?? []);
}

/**
 * The record on a container of an engine. An image can bring the label of somebody else: only the record
 * of a host that would have this container counts, and the engine is the one that has it.
 */
export function recordOn(
  { name, labels }: Pick<Container, 'name' | 'labels'>,
  engine: EngineName,
): ContainerRecord | undefined {
  const read = containerRecord.safeParse(json(labels[RECORD]));
  if (!read.success) return undefined;
  const record = { ...read.data, engine };
  const isHosts = record.id === idOf(record) && name === containerName(record);
  return isHosts ? record : undefined;
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function idOf(record: ContainerRecord): string | undefined {
  try {
    return hostId(record);
  } catch {
    return undefined;
  }
}
