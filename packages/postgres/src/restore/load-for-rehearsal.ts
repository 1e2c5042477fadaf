import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import { sh, type Script } from '@fairness-deploy/shell';
import { defineClient } from '../connection/client.js';
import { databaseOf } from '../connection/database.js';
import type { Section } from '../section/section.js';
import { loadDump } from './load-dump.js';

/** What pg_dump's custom format begins with. */
const CUSTOM_FORMAT = 'PGDMP';

/**
 * Loads a dump from file descriptor 3 into the application's new database, as its role: one of pg_dump's
 * custom format, or SQL.
 *
 * @param bytes how many it has
 */
export function loadForRehearsal(context: PluginContext<Section>, bytes: number): Script {
  const { environment, section, secret } = context;
  const application = applicationOf(environment);
  const { name } = databaseOf({ section, application: application.name, secret });
  return sh`
    (
    set -eu
    ${defineClient(application.user, application.name)}
    fd_dump=$(mktemp)
    trap 'rm -f -- "$fd_dump"' EXIT
    cat <&3 >"$fd_dump"
    if [ "$(wc -c <"$fd_dump")" != ${bytes} ]; then
      echo 'not all of it has come' >&2
      exit 1
    fi
    if [ "$(head -c 5 "$fd_dump")" = ${CUSTOM_FORMAT} ]; then
      ${loadDump(
        name,
        (consumer) => sh`
        {
        ${consumer}
        } <"$fd_dump"`,
        { withoutRights: true },
      )}
    else
      fd_ask <"$fd_dump" >/dev/null
    fi
    )`;
}
