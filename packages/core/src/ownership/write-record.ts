import { lines, sh, type Script } from '@fairness-deploy/shell';
import { addressOfOwned } from '../resource/owned.js';
import type { HostRecords } from './host-records.js';
import { lineOf, OWNED_FOLDER, recordName, type Entry } from './record.js';
import { removalOf } from './removals.js';
import { removerOf, type OwnershipSpec } from './spec.js';

/** Writes the record: an entry that is new has its origin from the host. */
export function writeRecord(
  spec: OwnershipSpec,
  host: HostRecords,
  entries: readonly (string | Entry)[],
): Script {
  const path = `${OWNED_FOLDER}/${recordName(spec.owner)}`;
  const old = host.names.map((name) => `${OWNED_FOLDER}/${name}`).filter((one) => one !== path);
  const others = new Set(
    [...host.others.values()]
      .flat()
      .flatMap((entry) => (entry.origin === 'created' ? [addressOfOwned(entry)] : [])),
  );
  const print = entries.map((entry) => {
    if (typeof entry === 'string') return sh`printf '%s\n' ${entry}`;
    const origin = others.has(addressOfOwned(entry)) ? 'created' : undefined;
    if (origin !== undefined) return sh`printf '%s\t%s\n' ${lineOf(entry)} ${origin}`;
    return sh`
      fd_origin=created
      if ${isFound(spec, host, entry)}; then fd_origin=found; fi
      printf '%s\t%s\n' ${lineOf(entry)} "$fd_origin"`;
  });
  return sh`
    umask 077
    mkdir -p -- ${OWNED_FOLDER}
    (
    :
    ${lines(...print)}
    ) >${`${path}.new`}
    sync -- ${`${path}.new`}
    mv -fT -- ${`${path}.new`} ${path}
    [ -s ${path} ] || rm -f -- ${path}
    ${old.length > 0 ? sh`rm -f -- ${old}` : sh`:`}`;
}

/** Succeeds when an entry was on the host before the environment made it. Runs in a condition. */
function isFound(spec: OwnershipSpec, { provisioned }: HostRecords, entry: Entry): Script {
  // What a section has at a path of its own is its own, whoever was there before: it replaces that.
  if (entry.kind === 'path' && entry.data === undefined) return sh`false`;
  const removal = removalOf(entry, removerOf(spec, entry).removals);
  if (!provisioned) return sh`{ ${removal.exists(entry.name)}; }`;
  return removal.foreign
    ? sh`{ ${removal.exists(entry.name)}; } && { ${removal.foreign(entry.name)}; }`
    : sh`false`;
}
