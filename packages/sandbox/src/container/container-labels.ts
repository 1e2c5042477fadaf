import { z } from '@fairness-deploy/core';
import { DRIVER_USER } from './container-network.js';
import { query } from '../system/command.js';
import { type ContainerRecord, readContainerRecords } from './container-record.js';

const RECORD = 'fairness-deploy.record';
const USER = 'fairness-deploy.user';

/** A container has its host's record on itself, too. */
export const labelsOf = (record: ContainerRecord): readonly string[] => [
  ...['--label', `${RECORD}=${JSON.stringify(record)}`],
  ...['--label', `${USER}=${DRIVER_USER}`],
];

const described = z.array(
  z.object({ Config: z.object({ Labels: z.record(z.string(), z.string()) }) }),
);

/**
 * The records of all hosts of this user, also of containers that came after their record was removed:
 * an engine ends what a killed client has asked it for.
 */
export async function containerRecords(): Promise<readonly ContainerRecord[]> {
  const known = readContainerRecords();
  const labelled = (await Promise.all((['podman', 'docker'] as const).map(labelledBy))).flat();
  const orphans = labelled.filter(({ id }) => !known.some((record) => record.id === id));
  return [...known, ...new Map(orphans.map((record) => [record.id, record])).values()];
}

/** Nothing where the engine is missing, or doesn't answer. */
async function labelledBy(program: ContainerRecord['engine']): Promise<readonly ContainerRecord[]> {
  const filter = ['--filter', `label=${USER}=${DRIVER_USER}`];
  const ids = (await query(program, ['ps', '--all', '--quiet', ...filter]))?.split(/\s+/) ?? [];
  const own = ids.filter((id) => id !== '');
  if (own.length === 0) return [];
  const text = await query(program, ['container', 'inspect', ...own]);
  if (text === undefined) return [];
  return described.parse(JSON.parse(text)).flatMap(({ Config }) => {
    const label = Config.Labels[RECORD];
    // Written by labelsOf() only, of this user.
    return label === undefined ? [] : [JSON.parse(label) as ContainerRecord];
  });
}
