/** What a host has on record: how it is printed and read. */
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { nameOfOwned } from '../resource/owned.js';
import { claimsPath } from '../resources/host-claims.js';
import type { Found } from './judge.js';
import { OWNED_FOLDER, parseRecord, recordName, type Owner } from './record.js';
import type { OwnershipSpec } from './ownership-spec.js';

/** What the host has on record. */
export interface HostRecords extends Found {
  /** The records that are the environment's own. */
  readonly names: readonly string[];
  /** Whether the environment was provisioned there before there were records. */
  readonly provisioned: boolean;
}

/** The names of an environment's own records: it may have been provisioned before it had an application. */
function ownNames({ application, ...owner }: Owner): readonly string[] {
  const without = recordName(owner);
  return application === undefined ? [without] : [recordName({ ...owner, application }), without];
}

/** The most names that are printed of what is in a folder. */
const MOST_CONTENTS = 50;

/**
 * Prints each record after a line with its name. Then, after lines that begin with two tabs: whether the
 * environment was provisioned before, and what is in the folders on record that are not declared any more.
 */
export function printRecords({ owner, owned }: OwnershipSpec): Script {
  const { application, environment } = owner;
  const declared = owned.flatMap(({ kind, name }) => (kind === 'directory' ? [name] : []));
  return sh`
    for fd_file in ${OWNED_FOLDER}/*; do
      [ -f "$fd_file" ] || continue
      printf '\t%s\n' "\${fd_file##*/}"
      cat -- "$fd_file"
    done
    ${
      application === undefined
        ? sh`:`
        : sh`
          fd_first=
          [ ! -f ${claimsPath(application)} ] || read -r fd_first <${claimsPath(application)} || :
          [ "$fd_first" != ${environment} ] || printf '\t\tprovisioned\n'`
    }
    fd_list() {
      fd_count=0
      for fd_in in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        { [ -e "$fd_in" ] || [ -L "$fd_in" ]; } || continue
        fd_count=$((fd_count + 1))
        case $fd_in in *[[:cntrl:]]*) fd_count=${MOST_CONTENTS + 1} ;; esac
        if [ "$fd_count" -gt ${MOST_CONTENTS} ]; then
          printf '\t\tmore\t%s\n' "$1"
          return 0
        fi
        printf '\t\tin\t%s\t%s\n' "$1" "\${fd_in##*/}"
      done
    }
    fd_tab=$(printf '\t')
    for fd_file in ${ownNames(owner).map((name) => `${OWNED_FOLDER}/${name}`)}; do
      [ -f "$fd_file" ] || continue
      while IFS="$fd_tab" read -r fd_kind fd_name _; do
        [ "$fd_kind" = directory ] || continue
        case $fd_name in
          ${lines(...declared.map((name) => sh`${name}) continue ;;`))}
        esac
        [ ! -d "$fd_name" ] || [ -L "$fd_name" ] || fd_list "$fd_name"
      done <"$fd_file"
    done`;
}

/** @throws HintedError when a record can't be read. */
export function parseHost({ owner }: OwnershipSpec, output: string): HostRecords {
  const own = ownNames(owner);
  const records = new Map<string, string[]>();
  const contents = new Map<string, string[] | undefined>();
  let provisioned = false;
  let record: string[] = [];
  for (const line of output.split('\n')) {
    const [, , word, folder = '', name = ''] = line.split('\t');
    if (line.startsWith('\t\t')) {
      if (word === 'provisioned') provisioned = true;
      else if (word === 'more') contents.set(folder, undefined);
      else contents.set(folder, [...(contents.get(folder) ?? []), `${folder}/${name}`]);
    } else if (line.startsWith('\t')) {
      record = [];
      records.set(line.slice(1), record);
    } else {
      record.push(line);
    }
  }
  const parsed = new Map(
    [...records].map(([name, text]) => [name, parseRecord(name, text.join('\n'))]),
  );
  const names = own.filter((name) => parsed.has(name));
  const entries = new Map(
    names
      .toReversed()
      .flatMap((name) =>
        (parsed.get(name) ?? []).map((entry) => [nameOfOwned(entry), entry] as const),
      ),
  );
  return {
    ...{ names, provisioned, contents, entries: [...entries.values()] },
    others: new Map([...parsed].filter(([name]) => !own.includes(name))),
  };
}
