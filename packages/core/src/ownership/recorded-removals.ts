import { lines, sh } from '@fairness-deploy/shell';
import { ProbingScript } from '../resource/probe.js';
import type { Address, Resource } from '../resource/resource.js';
import { OWNED_FOLDER, recordedLine, recordName, type RecordedEntry } from './record.js';
import { removalOf } from './removals.js';
import { removerOf, type OwnershipSpec } from './spec.js';

/** The resources that the entries are gone, and off the record; entries that one resource removes together are one. */
export function removalsOf(
  spec: OwnershipSpec,
  entries: readonly RecordedEntry[],
): readonly Resource[] {
  const removals = new Map<Address, { resource: Resource; entries: RecordedEntry[] }>();
  for (const entry of entries) {
    const { removals: own, folders } = removerOf(spec, entry);
    const everything = spec.drop.includes('data');
    const resource = removalOf(entry, own).resource(entry.name, { folders, everything });
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
const OF_FILES = ['content', 'mode', 'owner', 'group', 'loaded', 'kind', 'file'];

/** A removal that takes its lines off a record; it is one as well when there is nothing left to remove. */
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
        differences: change?.differences.filter(({ field }) => !OF_FILES.includes(field)) ?? [
          { kind: 'value', field: 'is gone already', from: 'on record', to: undefined },
        ],
        apply: sh`
          (
          ${change ? change.apply : sh`:`}
          )
          umask 077
          printf '%s\n' ${recorded} | grep -vsxFf - -- ${path} >${`${path}.new`} || [ $? -eq 1 ]
          sync -- ${`${path}.new`}
          mv -fT -- ${`${path}.new`} ${path}
          [ -s ${path} ] || rm -f -- ${path}`,
      };
    },
  };
}
