import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openSshConfiguration,
  type OpenSshConfiguration,
  type Target,
} from '@fairness-deploy/shell';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { HintedError, quote } from '@fairness-deploy/shell/text';
import { chooseHost } from '../runner/choose-host.js';
import { pluginsOn } from '../runner/plugins-on-host.js';
import type { CommonOptions } from '../runner/run.js';
import type { LocalCommand, LocalRun } from '../runner/run-command.js';
import { targetOf } from '../runner/target-of.js';

/** The host and the command for ssh. */
export interface SshRequest {
  /** The host, when there are several. */
  readonly host?: string;
  /** The command to run there instead of a shell. */
  readonly words: readonly string[];
  /** An option that Nx has dropped. */
  readonly dropped?: string;
}

/** What the command takes. */
export interface SshCommandOptions extends CommonOptions {
  readonly request: SshRequest;
}

/** A shell on a host of any environment. It needs no secret. */
export const SSH: LocalCommand<SshCommandOptions> = {
  name: 'ssh',
  withoutSecrets: 'unread',
  ownsOutput: () => true,
  load: () => Promise.resolve(ssh),
};

/**
 * Opens a shell on a host, or runs a command there, on this terminal, by OpenSSH's own client. It reaches
 * the host as the other commands do, and trusts the same pinned keys only.
 *
 * @returns its exit status; 255 when ssh itself fails.
 * @throws HintedError when it isn't said which host, or no key of it is pinned; Error when the environment
 *   can't be loaded.
 */
export async function ssh({ load, options }: LocalRun<SshCommandOptions>): Promise<number> {
  const { request } = options;
  const run = await load();
  const { environment } = run;
  refuseDropped(environment.name, request);
  const host = chooseHost(run, {
    ...{ act: 'open ssh to', named: request.host },
    withOption: (option) => hintFor(environment.name, option, request.words),
  });
  const target = await targetOf(environment, pluginsOn(run, host), host, 'without password');
  return openSsh(environment.name, target, request.words);
}

/** @throws HintedError for an option that Nx has dropped: the command may not be for this host. */
function refuseDropped(environment: string, { dropped, words }: SshRequest): void {
  if (dropped === undefined) return;
  throw new HintedError(`Cannot open ssh: Nx drops ${dropped}, as it stands before --`, {
    hint: hintFor(environment, dropped, words),
  });
}

/** Nx drops what stands in front of `--`. */
const hintFor = (environment: string, option: string, words: readonly string[]): string =>
  ['npx nx run', `${environment}:ssh --`, option, ...words.map(quote)].join(' ');

/** @throws HintedError when a key isn't pinned: ssh would refuse it without saying what to do. */
async function configurationOf(
  environment: string,
  target: Target,
  folder: string,
): Promise<OpenSshConfiguration> {
  const configuration = await openSshConfiguration(target, folder);
  const { unpinned } = configuration;
  if (unpinned.length === 0) return configuration;
  throw new HintedError(
    `Cannot open ssh to ${target.name}: no host key of ${unpinned.join(', ')} is pinned in ${target.knownHostsFile}`,
    { hint: `npx nx run ${environment}:ping` },
  );
}

/** The client reads its configuration from a file, as do those that it starts for jump hosts. */
async function openSsh(
  environment: string,
  target: Target,
  words: readonly string[],
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'fairness-deploy-ssh-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  // Also after Ctrl-C.
  process.once('exit', remove);
  try {
    const { text, alias, files, leftOut } = await configurationOf(environment, target, folder);
    const file = join(folder, 'config');
    for (const [path, content] of [...files, [file, text] as const]) {
      writeFileSync(path, content, { mode: 0o600 });
    }
    const status = await runSsh(target.name, ['-F', file, alias, ...wordsBehind(words)]);
    if (status === FAILED_ITSELF) tellLeftOut(leftOut);
    return status;
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** The exit status of ssh when it fails itself (ssh(1)); a command there may have it as well. */
const FAILED_ITSELF = 255;

/** Keys that ssh was not given may be why nobody could log in. */
function tellLeftOut(leftOut: readonly string[]): void {
  for (const line of leftOut) process.stderr.write(`Not tried: ${line}\n`);
}

const wordsBehind = (words: readonly string[]): readonly string[] =>
  words.length === 0 ? [] : ['--', ...words];

function runSsh(name: string, args: readonly string[]): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const child = spawn('ssh', args, { stdio: 'inherit', env: childEnvironment() });
    child.once('error', (cause) => {
      reject(
        new HintedError(`Cannot open ssh to ${name}: there is no program ssh here`, {
          hint: 'install the OpenSSH client, such as: apt-get install -y openssh-client',
          cause,
        }),
      );
    });
    child.once('close', (code) => {
      resolve(code ?? FAILED_ITSELF);
    });
  });
}
