import { lines, sh } from '@fairness-deploy/shell';
import { ProbingScript } from '../resource/probe.js';
import type { Address, Resource } from '../resource/resource.js';
import { OWNED_FOLDER, recordedLine, recordName, type RecordedEntry } from './record.js';
import { removersOf, type OwnershipSpec } from './ownership-spec.js';
import { replaceRecord } from './write-record.js';

/** The removals of entries, which also take them off the record. One resource can remove several entries. */
export function removalsOf(
  spec: OwnershipSpec,
  entries: readonly RecordedEntry[],
): readonly Resource[] {
  const removals = new Map<Address, { resource: Resource; entries: RecordedEntry[] }>();
  for (const entry of entries) {
    const { removal, folders } = removersOf(spec, entry);
    const everything = spec.drop.includes('data');
    const resource = removal.resource(entry.name, { folders, everything });
    const same = removals.get(resource.address);
    removals.set(resource.address, {
      resource: same?.resource.merge?.(resource) ?? resource,
      entries: [...(same?.entries ?? []), entry],
    });
  }
  const path = `${OWNED_FOLDER}/${recordName(spec.owner)}`;
  return [...removals.values()].map(({ resource, entries: its }) =>
    recordedRemoval(resource, its.map(recordedLine), path),
  );
}

/** Fields that say nothing about a removal. */
const OF_FILES = ['content', 'mode', 'owner', 'group', 'loaded'];

/** A removal that takes its lines off a record, also when the thing itself is gone already. */
function recordedRemoval(resource: Resource, recorded: readonly string[], path: string): Resource {
  const isRecorded = sh`if printf '%s\n' ${recorded} | grep -qsxFf - -- ${path}; then echo recorded; else echo; fi`;
  const { read } = resource;
  return {
    ...resource,
    read:
      read instanceof ProbingScript
        ? new ProbingScript(read.questions, lines(isRecorded, read.rest))
        : lines(isRecorded, read),
    plan(output, login) {
      const end = output.indexOf('\n') + 1;
      const change = resource.plan(output.slice(end), login);
      if (!change && output.slice(0, end) !== 'recorded\n') return undefined;
      return {
        action: 'remove',
        ...(change?.onTrial && { onTrial: change.onTrial }),
        differences: change?.differences.filter(({ field }) => !OF_FILES.includes(field)) ?? [
          { kind: 'value', field: 'is gone already', from: 'on record', to: undefined },
        ],
        apply: sh`
          (
          ${change ? change.apply : sh`:`}
          )
          ${replaceRecord(path, sh`printf '%s\n' ${recorded} | grep -vsxFf - -- ${path} || [ $? -eq 1 ]`)}`,
      };
    },
  };
}
