import { resolve } from 'node:path';
import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import type { CommandStep } from '@fairness-deploy/core/commands';
import { readProjectFile } from '@fairness-deploy/core/resources';
import { sh, type Script } from '@fairness-deploy/shell';
import type { Text } from '@fairness-deploy/shell/secret';
import { DUMP_OPTIONS } from '../backup/stream-dump.js';
import { directDatabase } from '../connection/database.js';
import { withClients } from '../restore/creator.js';
import { databaseName, timeInName } from '../restore/database-name.js';
import { loadDump } from '../restore/load-dump.js';
import { CHECK_CREATOR, createScratch, dropDatabase } from '../restore/scratch-database.js';
import type { Section } from '../section/section.js';

/** A copy of the application's database, on the same server. */
export interface AnonymisedCopy {
  readonly name: Text;
  readonly steps: readonly CommandStep[];
  /** Drops it; does no harm when there is none. */
  readonly drop: Script;
}

/**
 * Plans a copy of the database beside it, in which a file of SQL has removed what may not leave the
 * server.
 *
 * @param file the SQL, relative to the environment's folder
 */
export function anonymisedCopy(
  context: PluginContext<Section>,
  file: string,
  time: Date,
): AnonymisedCopy {
  const { environment, section, secret } = context;
  const { name: application } = applicationOf(environment);
  const { name: like, user: owner } = directDatabase({ section, application, secret });
  const name = databaseName(like, 'copy', timeInName(time));
  const sql = readProjectFile(resolve(environment.folder, file));
  const drop = withClients(context, dropDatabase(name));
  return {
    ...{ name, drop },
    steps: [
      {
        name: 'check the right to create databases',
        run: withClients(context, CHECK_CREATOR),
      },
      {
        name: 'create a copy of the database',
        run: withClients(context, createScratch({ like, name, owner })),
        undo: drop,
      },
      { name: 'fill the copy', run: withClients(context, fill(name)) },
      {
        name: 'anonymise the copy',
        run: withClients(
          context,
          sh`
          fd_database=${name}
          printf '%s\n' ${sql} | fd_pg psql -Xq -v ON_ERROR_STOP=1 --single-transaction -f -`,
        ),
      },
    ],
  };
}

function fill(name: Text): Script {
  return sh`
    fd_filling=$(mktemp -d)
    trap 'rm -rf -- "$fd_filling"' EXIT
    ${loadDump(
      name,
      (consumer) => sh`
        { fd_pg pg_dump ${DUMP_OPTIONS} || echo failed >"$fd_filling/failed"; } | (
          ${consumer}
        )
        [ ! -e "$fd_filling/failed" ]`,
    )}`;
}
