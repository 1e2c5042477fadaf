import { parseArgs } from 'node:util';
import { COMMAND_NAMES, runCommand, type CommandName } from './commands/run-command.js';

const USAGE = `fairness-deploy <command> <environment> [options]

Does what "nx run <environment>:<command>" does, without Nx.

  commands  ${COMMAND_NAMES.join(', ')}
  --limit <host>         only this host; may be given several times
  --yes                  apply without asking
  --json                 events as lines of JSON
  --detailed-exit-code   plan ends with 2 when it finds changes
  --accept-new           ping pins unknown host keys without asking
  --force                deploy the commit that already runs
  --revision <revision>  deploy this branch, tag or commit
  --allow-drift          deploy although the host isn't provisioned as described
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      limit: { type: 'string', multiple: true },
      yes: { type: 'boolean' },
      json: { type: 'boolean' },
      'detailed-exit-code': { type: 'boolean' },
      'accept-new': { type: 'boolean' },
      force: { type: 'boolean' },
      revision: { type: 'string' },
      'allow-drift': { type: 'boolean' },
    },
  });
  const [command, environment, ...rest] = positionals;
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (
    command === undefined ||
    environment === undefined ||
    rest.length > 0 ||
    !isCommand(command)
  ) {
    process.stderr.write(USAGE);
    return 1;
  }
  return runCommand(
    command,
    { workspace: process.cwd(), environment },
    {
      ...(values.limit && { limit: values.limit }),
      ...(values.revision !== undefined && { revision: values.revision }),
      yes: values.yes ?? false,
      json: values.json ?? false,
      detailedExitCode: values['detailed-exit-code'] ?? false,
      acceptNew: values['accept-new'] ?? false,
      force: values.force ?? false,
      allowDrift: values['allow-drift'] ?? false,
    },
  );
}

function isCommand(name: string): name is CommandName {
  return (COMMAND_NAMES as readonly string[]).includes(name);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
