import { applicationOf } from '@fairness-deploy/core';
import { onHosts, type LocalRun } from '@fairness-deploy/core/commands';
import { keepFromNx, placeOf } from '@fairness-deploy/secrets';
import { lines, sh, thisTerminal, type Script, type Terminal } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';
import { defineClient } from '../connection/client.js';
import { connectionFile } from '../connection/paths.js';
import { chosenHost } from './chosen-host.js';
import type { HostOptions } from './database-commands.js';

/** Options of `db-console`. */
export type ConsoleOptions = HostOptions;

/**
 * Opens psql on this terminal. It runs on the host, with the connection of the application, which its
 * environment variables have: the password is on no command line, and not on this machine.
 *
 * @returns psql's exit status; 1 when it could not be run.
 */
export async function databaseConsole(local: LocalRun<ConsoleOptions>): Promise<number> {
  const { environment, workspace } = local.place;
  const terminal = requireTerminal(environment, local.options.json ?? false);
  const run = await local.load();
  const host = chosenHost(run, 'db-console', 'open a console on');
  const application = applicationOf(run.environment);
  local.started([host.name]);
  await keepFromNx(placeOf(workspace, environment), `db-console ${environment}`);
  const one = { ...run, hosts: [host] };
  const status = await onHosts(one, 'stop', async ([open]) => {
    if (!open?.onTerminal) return 1;
    const script = consoleScript(application.user, application.name, environment);
    return open.onTerminal(script, terminal);
  });
  return status ?? 1;
}

/** For Transport.terminal. */
export function consoleScript(user: string, application: string, environment: string): Script {
  // psql's own prompt, behind the environment: nobody should take one for another.
  const prompt = `${environment} %/%R%x%# `;
  return lines(
    sh`
      if [ ! -e ${connectionFile(application)} ]; then
        printf '%s\n' ${`Cannot open a console of the database: the host has no connection for ${application}`} ${`  → npx nx run ${environment}:provision`}
        exit 1
      fi
      # Ctrl-C is for psql, which ends the statement; this shell has it too, as it leads the terminal.
      trap : INT QUIT`,
    defineClient(user, application),
    // Statements may hold what nobody should find later.
    sh`
      export PSQL_HISTORY=/dev/null LC_ALL=C.UTF-8
      fd_pg psql -X -v PROMPT1=${prompt} -v PROMPT2=${prompt}`,
  );
}

/** @throws HintedError when there is none, or the report would be in its way. */
function requireTerminal(environment: string, json: boolean): Terminal {
  const terminal = thisTerminal();
  if (json) {
    throw new HintedError('Cannot open a console with --json: its output is that of a terminal', {
      hint: 'leave out --json',
    });
  }
  if (terminal) return terminal;
  throw new HintedError(
    'Cannot open a console: this command has no terminal for its input and its output',
    { hint: `run it on a terminal: node_modules/.bin/fairness-deploy db-console ${environment}` },
  );
}
