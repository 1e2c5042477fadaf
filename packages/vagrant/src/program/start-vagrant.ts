import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { HintedError, quote } from '@fairness-deploy/shell/text';
import { ignoreState } from './state-folder.js';

/** Where Vagrant runs, and for which environment: for messages. */
export interface VagrantPlace {
  /** Absolute path of the folder of the Vagrantfile. */
  readonly folder: string;
  readonly environment: string;
}

/** Vagrant, and all that it starts. */
export interface StartedVagrant extends Pick<ChildProcess, 'stdout' | 'stderr'> {
  /** Its exit status. @throws HintedError when Vagrant is not installed. */
  readonly ended: Promise<number>;
  /** Sends a signal to Vagrant and to the programs that it has started. Only without a terminal. */
  readonly signal: (name: NodeJS.Signals) => void;
}

/** After Vagrant's end: a daemon that it has started may hold its output open for ever. */
const OUTPUT_TIMEOUT_SECONDS = 2;

/** The file that comes with this package. */
const VAGRANTFILE = resolve(__dirname, '../../Vagrantfile');

/**
 * Starts Vagrant in the folder of the Vagrantfile.
 *
 * @param stdio `terminal`: this process's own; `pipes`: a session of its own, so that Ctrl-C does not reach it.
 * @throws HintedError when there is no Vagrantfile.
 */
export function startVagrant(
  { folder, environment }: VagrantPlace,
  args: readonly string[],
  stdio: 'terminal' | 'pipes',
): StartedVagrant {
  const env = childEnvironment();
  const file = resolve(folder, env['VAGRANT_VAGRANTFILE'] ?? 'Vagrantfile');
  // Vagrant would search the folders above.
  if (!existsSync(file)) {
    throw new HintedError(`Cannot run Vagrant: there is no ${file}`, {
      hint: `copy the one that comes with this package: mkdir -p ${quote(dirname(file))} && cp ${quote(VAGRANTFILE)} ${quote(file)}`,
    });
  }
  // Before Vagrant writes a private key there.
  ignoreState(folder);
  const onTerminal = stdio === 'terminal';
  const child = spawn('vagrant', args, {
    cwd: folder,
    stdio: onTerminal ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    detached: !onTerminal,
    env: { ...env, VAGRANT_CWD: undefined, ...(!onTerminal && { VAGRANT_NO_COLOR: '1' }) },
  });
  return {
    ...{ stdout: child.stdout, stderr: child.stderr, ended: endOf(child, environment) },
    signal: (name) => {
      signalGroup(child, name);
    },
  };
}

function endOf(child: ChildProcess, environment: string): Promise<number> {
  return new Promise((resolved, reject) => {
    let timer: NodeJS.Timeout | undefined;
    child.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'ENOENT' ? notInstalled(environment, cause) : cause);
    });
    child.once('exit', () => {
      timer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, OUTPUT_TIMEOUT_SECONDS * 1000);
    });
    child.once('close', (status) => {
      clearTimeout(timer);
      resolved(status ?? 255);
    });
  });
}

/** The first process of a session has the number of its group. */
function signalGroup({ pid, exitCode, signalCode }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It has just ended.
  }
}

function notInstalled(environment: string, cause: Error): HintedError {
  return new HintedError('Cannot run Vagrant: it is not installed on this machine', {
    hint:
      'install it and a provider such as VirtualBox: https://developer.hashicorp.com/vagrant/install\n' +
      orSandbox(environment),
    cause,
  });
}

/** What to do on a machine where Vagrant, or its provider, does not work. */
export function orSandbox(environment: string): string {
  return `or use the sandbox, which needs no Vagrant: write "sandbox: {}" in place of "vagrant: {}" in environments/${environment}/environment.yaml, then npx nx run ${environment}:up`;
}
