import { HintedError } from '@fairness-deploy/shell/text';
import type { StoredBackup } from '../backup/list-backups.js';

/**
 * The backup of an id, or the newest one. Of two copies that on the host, which is nearer.
 *
 * @param all the newest first
 * @throws HintedError when there is none, with the ids that there are.
 */
export function chooseBackup(
  all: readonly StoredBackup[],
  environment: string,
  id?: string,
): StoredBackup {
  const newest = all[0]?.id;
  const [found] = all
    .filter((one) => one.id === (id ?? newest))
    .sort((one, other) => Number(other.place === 'host') - Number(one.place === 'host'));
  if (found) return found;
  const known = [...new Set(all.map((one) => one.id))].slice(0, MOST_SHOWN);
  throw new HintedError(
    id === undefined
      ? `Cannot choose a backup: there is none of ${environment}`
      : `Cannot choose the backup ${JSON.stringify(id)}: there is no such backup of ${environment}`,
    {
      hint:
        known.length === 0
          ? `make one: npx nx run ${environment}:db-backup`
          : ['name one of these:', ...known.map((one) => `--backup ${one}`)].join('\n'),
    },
  );
}

const MOST_SHOWN = 10;
