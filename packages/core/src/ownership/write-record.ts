import { lines, sh, type Script } from '@fairness-deploy/shell';
import { nameOfOwned } from '../resource/owned.js';
import type { HostRecords } from './host-records.js';
import { lineOf, OWNED_FOLDER, recordName, type Entry } from './record.js';
import { existsOnHost } from './removals.js';
import { removersOf, type OwnershipSpec } from './ownership-spec.js';

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
      .flatMap((entry) => (entry.origin === 'created' ? [nameOfOwned(entry)] : [])),
  );
  const print = entries.map((entry) => {
    if (typeof entry === 'string') return sh`printf '%s\n' ${entry}`;
    const origin = others.has(nameOfOwned(entry)) ? 'created' : undefined;
    if (origin !== undefined) return sh`printf '%s\t%s\n' ${lineOf(entry)} ${origin}`;
    return sh`
      fd_origin=created
      if ${isFound(spec, host, entry)}; then fd_origin=found; fi
      printf '%s\t%s\n' ${lineOf(entry)} "$fd_origin"`;
  });
  return sh`
    mkdir -p -m 0700 -- ${OWNED_FOLDER}
    ${replaceRecord(
      path,
      sh`
      :
      ${lines(...print)}`,
    )}
    ${old.length > 0 ? sh`rm -f -- ${old}` : sh`:`}`;
}

/** Replaces a record by what a script prints; without a line, there is none. */
export function replaceRecord(path: string, print: Script): Script {
  return sh`
    umask 077
    (
    ${print}
    ) >${`${path}.new`}
    sync -- ${`${path}.new`}
    mv -fT -- ${`${path}.new`} ${path}
    [ -s ${path} ] || rm -f -- ${path}`;
}

/** Succeeds when an entry was on the host before the environment made it. Runs in a condition. */
function isFound(spec: OwnershipSpec, { provisioned }: HostRecords, entry: Entry): Script {
  // A section replaces what is at a path of its own.
  if (entry.kind === 'path' && entry.data === undefined) return sh`false`;
  const { removal } = removersOf(spec, entry);
  const exists = existsOnHost(removal, entry.name);
  if (!provisioned) return sh`{ ${exists}; }`;
  return removal.foreign ? sh`{ ${exists}; } && { ${removal.foreign(entry.name)}; }` : sh`false`;
}
