import { nameOfOwned } from '../resource/owned.js';
import type { Difference } from '../resource/difference.js';
import type { Address, Change, Resource } from '../resource/resource.js';
import { parseHost, printRecords, type HostRecords } from './host-records.js';
import { judgeLeftovers, type Judgement } from './judge.js';
import { recordedLine, recordName, type Owner } from './record.js';
import { removalsOf } from './recorded-removals.js';
import type { OwnershipSpec } from './ownership-spec.js';
import { writeRecord } from './write-record.js';

/**
 * The record of what an environment owns on a host. It comes before all other resources, so that what an
 * interrupted run has made is on record. What is recorded, and not declared any more, is removed by the
 * resources that it reveals. Things that were on the host before stay there, and so does what another
 * environment has on record.
 */
export function ownership(spec: OwnershipSpec): Resource {
  const address: Address = `owned:${spec.owner.environment}`;
  const read = printRecords(spec);
  const judged = (
    output: string,
  ): { readonly host: HostRecords; readonly judgement: Judgement } => {
    const host = parseHost(spec, output);
    return { host, judgement: judgeLeftovers(spec, host) };
  };
  return {
    address,
    ...{ after: [], follows: [], read, atDeployment: 'applied' },
    plan(output) {
      const { host, judgement } = judged(output);
      return planRecord(spec, host, judgement);
    },
    reveals: (output) => removalsOf(spec, judged(output).judgement.remove),
    notes(output) {
      const { host, judgement } = judged(output);
      return [
        ...judgement.keep
          .filter(({ recorded }) => recorded)
          .map(({ entry, why }) => `stays: ${nameOfOwned(entry)} (${why})`),
        ...[...host.others.keys()].flatMap((name) => formerRecord(spec.owner, name)),
      ];
    },
    equals: (other) => other.address === address && String(other.read) === String(read),
  };
}

/** An environment whose application was renamed or taken away has a record that is not its own any more. */
function formerRecord({ environment }: Owner, name: string): readonly string[] {
  const [of, application = ''] = name.split('@');
  if (of !== environment || application === '') return [];
  return [
    `the host has a record of ${environment} with the application ${application}: if that is its former name, give it back and run decommission before you rename it`,
  ];
}

function planRecord(spec: OwnershipSpec, host: HostRecords, judged: Judgement): Change | undefined {
  const known = new Map(host.entries.map((entry) => [nameOfOwned(entry), entry]));
  const stay = new Set([
    ...judged.remove,
    ...judged.keep.filter(({ recorded }) => recorded).map(({ entry }) => entry),
  ]);
  const left = host.entries.filter((entry) => stay.has(entry)).map(recordedLine);
  const declared = spec.owned.map((entry) => {
    const origin = known.get(nameOfOwned(entry))?.origin;
    return origin === undefined ? entry : recordedLine({ ...entry, origin });
  });
  const before = host.entries.map(recordedLine);
  const after = [...left, ...declared];
  const isSame = after.length === before.length && after.every((line, at) => line === before[at]);
  if (isSame && host.names.every((name) => name === recordName(spec.owner))) return undefined;
  return {
    action: host.names.length === 0 ? 'create' : 'update',
    differences: [
      {
        ...{ kind: 'value', field: 'things on record' },
        from: host.names.length === 0 ? undefined : String(before.length),
        to: String(after.length),
      },
      ...judged.keep
        .filter(({ recorded }) => !recorded)
        .map(({ entry, why }): Difference => ({
          ...{ kind: 'value', field: nameOfOwned(entry) },
          ...{ from: 'declared', to: `left as it is: ${why}` },
        })),
    ],
    apply: writeRecord(spec, host, after),
  };
}
