import { buffer } from 'node:stream/consumers';
import { HintedError, quote } from '@fairness-deploy/shell/text';
import { isOn } from '../inventory/roles.js';
import type { Host } from '../inventory/environment.js';
import { atMost } from '../runner/at-most.js';
import { checkWords, describeWords } from '../runner/command-words.js';
import { onHosts } from '../runner/on-hosts.js';
import type { CommonOptions, Run } from '../runner/run.js';
import type { LocalCommand, LocalRun } from '../runner/run-command.js';
import { execOnHost, type HostExec, NOT_REACHED } from './exec-on-host.js';

/** What `exec` is asked to run, and where. */
export interface ExecRequest {
  /** The program and its words. */
  readonly words: readonly string[];
  /** Only hosts with one of these roles; none: all. */
  readonly roles: readonly string[];
  /** On how many hosts it runs at once. Default: {@link FORKS}. */
  readonly forks?: number;
  /** Whether the command gets this process's standard input. */
  readonly stdin: boolean;
  /** An option that Nx has dropped. */
  readonly dropped?: string;
}

/** Options of `exec`. */
export interface ExecOptions extends CommonOptions {
  readonly request: ExecRequest;
}

const FORKS = 10;
const MOST_FORKS = 1000;

/** Programs that read commands from a terminal when they get no words. */
const SHELLS: readonly string[] = ['sh', 'bash', 'dash', 'zsh', 'fish', 'python3', 'node', 'psql'];

/** Runs a command on hosts. It opens no secrets that it does not need: it masks those that it can open. */
export const EXEC: LocalCommand<ExecOptions> = {
  name: 'exec',
  withoutSecrets: true,
  ownsOutput: ({ json = false }) => !json,
  succeeded: (status) => status === 0,
  load: () => Promise.resolve(execOnHosts),
};

/**
 * Runs a command on each host, side by side, as the connection's user: root, unless the host has
 * `sudo: false`. It is no job: it takes no lock, has no log, and ends with this process.
 *
 * @returns the highest exit status of all hosts; 255 counts for one that can't be reached.
 * @throws HintedError when there is no command, or no host for it, before any host is contacted.
 */
export async function execOnHosts(local: LocalRun<ExecOptions>): Promise<number> {
  const { request } = local.options;
  const forks = checkRequest(local.place.environment, request);
  const run = await local.load();
  const hosts = hostsWith(run, request.roles);
  const input = request.stdin ? await buffer(process.stdin) : undefined;
  const names = hosts.map(({ name }) => name);
  local.started(names);
  const command: HostExec = {
    ...{ words: request.words, names },
    ...(input && { input }),
  };
  const statuses = await atMost(forks, hosts, run.jobs.signal, async (host) => {
    const one = { ...run, hosts: [host] };
    const status = await onHosts(one, 'stop', async ([open]) =>
      open ? execOnHost(one, open, command) : NOT_REACHED,
    );
    return status ?? NOT_REACHED;
  });
  return Math.max(...statuses);
}

/**
 * @returns on how many hosts the command runs at once
 * @throws HintedError when it can't run.
 */
function checkRequest(environment: string, request: ExecRequest): number {
  const { words, forks = FORKS, stdin, dropped } = request;
  checkWords({
    ...{ act: 'run a command', command: 'exec', environment, words, dropped },
    example: 'uptime',
  });
  const [program = ''] = words;
  if (words.length === 1 && SHELLS.includes(program) && !stdin) {
    throw new HintedError(`Cannot run ${program}: it waits for input, and exec has no terminal`, {
      hint: `npx nx run ${environment}:ssh`,
    });
  }
  if (Number.isInteger(forks) && forks >= 1 && forks <= MOST_FORKS) return forks;
  throw new HintedError(
    `Cannot run ${describeWords(words)} on ${String(forks)} hosts at once: expected a whole number from 1 to ${String(MOST_FORKS)}`,
    { hint: `--forks=${String(FORKS)}` },
  );
}

/** @throws HintedError when no host has one of the roles. */
function hostsWith(
  { environment, hosts }: Pick<Run, 'environment' | 'hosts'>,
  roles: readonly string[],
): readonly Host[] {
  if (roles.length === 0) return hosts;
  const found = hosts.filter((host) => isOn(roles, host));
  const known = [...new Set(environment.hosts.flatMap((host) => host.roles ?? []))];
  const unknown = roles.find((role) => !known.includes(role));
  if (found.length > 0 && unknown === undefined) return found;
  const what = unknown ?? roles.join(' or ');
  throw new HintedError(
    `Cannot run a command on hosts with the role ${quote(what)}: ${unknown === undefined ? 'none of those of --limit has it' : `no host of ${environment.name} has it`}`,
    {
      hint:
        known.length === 0
          ? 'name hosts: --limit=<host>, or give them roles in environment.yaml'
          : `its roles are ${known.join(', ')}`,
    },
  );
}
