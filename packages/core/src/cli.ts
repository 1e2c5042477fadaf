import { parseArgs } from 'node:util';
import { describeExecutorOptions, parseExecutorOptions } from './plugin/parse-executor-options.js';
import { pluginExecutors, type PluginExecutor } from './plugin/plugin-executors.js';
import type { EnvironmentExecutor } from './executors/plugin-executor.js';
import { COMMAND_NAMES, runCommand, type CommandName } from './commands/run-command.js';

const USAGE = `fairness-deploy <command> <environment> [options]

Does what "nx run <environment>:<command>" does, without Nx.

  commands  ${COMMAND_NAMES.join(', ')},
            and those of plugins, such as maintenance: fairness-deploy maintenance prod --help
  --limit <host>         only this host; may be given several times
  --yes                  apply without asking
  --json                 events as lines of JSON
  --detailed-exit-code   plan ends with 2 when it finds changes
  --accept-new           ping pins unknown host keys without asking
  --force                deploy the commit that already runs
  --revision <revision>  deploy this branch, tag or commit
  --to <release>         roll back to this release, or to that of this commit
  --wait                 wait for the job of somebody else, instead of giving up
  --allow-drift          deploy although the host isn't provisioned as described
`;

async function main(): Promise<number> {
  const [first, ...args] = process.argv.slice(2);
  if (first !== undefined && !first.startsWith('-') && !isCommand(first)) {
    const executor = pluginExecutors(process.cwd()).find(({ name }) => name === first);
    if (executor) return runExecutor(executor, args);
  }
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
      wait: { type: 'boolean' },
      revision: { type: 'string' },
      to: { type: 'string' },
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
      ...(values.to !== undefined && { to: values.to }),
      yes: values.yes ?? false,
      json: values.json ?? false,
      detailedExitCode: values['detailed-exit-code'] ?? false,
      acceptNew: values['accept-new'] ?? false,
      force: values.force ?? false,
      wait: values.wait ?? false,
      allowDrift: values['allow-drift'] ?? false,
    },
  );
}

/** Runs an executor of a plugin, as Nx would. */
async function runExecutor(executor: PluginExecutor, args: readonly string[]): Promise<number> {
  const { name, description, module, options } = executor;
  const [environment, ...rest] = args;
  if (environment === undefined || environment.startsWith('-') || rest.includes('--help')) {
    const help = args.includes('--help');
    (help ? process.stdout : process.stderr).write(
      `fairness-deploy ${name} <environment> [options]\n\n${description}\n\n${describeExecutorOptions(options)}`,
    );
    return help ? 0 : 1;
  }
  // Sound: executors.json says that it is one.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { default: run } = require(module) as { default: EnvironmentExecutor<unknown> };
  const { success } = await run(parseExecutorOptions(executor, rest), {
    root: process.cwd(),
    projectName: environment,
  });
  return success ? 0 : 1;
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
