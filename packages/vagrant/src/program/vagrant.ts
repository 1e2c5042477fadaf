/** Runs the program `vagrant` in the folder of the Vagrantfile. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { HintedError } from '@fairness-deploy/shell/text';

/** Where Vagrant runs, and for which environment: for messages. */
export interface VagrantPlace {
  /** Absolute path of the folder of the Vagrantfile. */
  readonly folder: string;
  readonly environment: string;
}

/** How it ended. */
export interface VagrantEnd {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** In characters: an answer is far shorter. */
const LONGEST_ANSWER = 1 << 20;

/** Vagrant asks its provider, which may hang. */
const ANSWER_TIMEOUT_SECONDS = 120;

/**
 * Asks Vagrant, and gets its answer. Nobody answers its questions.
 *
 * @throws HintedError when it is not installed, there is no Vagrantfile, or it does not answer.
 */
export async function askVagrant(
  place: VagrantPlace,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<VagrantEnd> {
  const child = start(place, args, ['ignore', 'pipe', 'pipe']);
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      texts[stream] += text;
      if (texts[stream].length > LONGEST_ANSWER) child.kill('SIGKILL');
    });
  }
  const abort = (): void => void child.kill('SIGTERM');
  signal?.addEventListener('abort', abort, { once: true });
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
    child.kill('SIGKILL');
  }, ANSWER_TIMEOUT_SECONDS * 1000);
  try {
    const status = await ended(child, place);
    if (late.signal.aborted) {
      throw new HintedError(
        `Cannot run vagrant ${args.join(' ')}: it has not answered for ${String(ANSWER_TIMEOUT_SECONDS)} seconds`,
        {
          hint: `see what it waits for: npx nx run ${place.environment}:vagrant -- ${args.join(' ')}`,
        },
      );
    }
    return { status, ...texts };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/**
 * Runs Vagrant, and passes its output on, line by line.
 *
 * @returns its exit status.
 * @throws HintedError when it is not installed, or there is no Vagrantfile.
 */
export function runVagrant(
  place: VagrantPlace,
  args: readonly string[],
  tell: (line: string) => void,
): Promise<number> {
  const child = start(place, args, ['ignore', 'pipe', 'pipe']);
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      // A progress bar writes over its line.
      const lines = `${rest}${text}`.split(/[\r\n]+/);
      rest = (lines.pop() ?? '').slice(0, LONGEST_ANSWER);
      for (const line of lines) if (line.trim() !== '') tell(line);
    });
    stream?.once('end', () => {
      if (rest.trim() !== '') tell(rest);
    });
  }
  return ended(child, place);
}

/**
 * Runs Vagrant on this terminal.
 *
 * @returns its exit status.
 * @throws HintedError when it is not installed, or there is no Vagrantfile.
 */
export function vagrantOnTerminal(place: VagrantPlace, args: readonly string[]): Promise<number> {
  return ended(start(place, args, 'inherit'), place);
}

function start(
  place: VagrantPlace,
  args: readonly string[],
  stdio: 'inherit' | readonly ['ignore', 'pipe', 'pipe'],
): ChildProcess {
  const { folder } = place;
  const env = childEnvironment();
  const file = env['VAGRANT_VAGRANTFILE'] ?? 'Vagrantfile';
  // Vagrant would search the folders above.
  if (!existsSync(join(folder, file))) {
    throw new HintedError(`Cannot run Vagrant: there is no ${join(folder, file)}`, {
      hint: `copy the one that comes with this package: mkdir -p ${folder} && cp node_modules/@fairness-deploy/vagrant/Vagrantfile ${folder}/`,
    });
  }
  return spawn('vagrant', args, {
    cwd: folder,
    stdio: typeof stdio === 'string' ? stdio : [...stdio],
    env: { ...env, VAGRANT_CWD: undefined, ...(stdio !== 'inherit' && { VAGRANT_NO_COLOR: '1' }) },
  });
}

function ended(child: ChildProcess, { environment }: VagrantPlace): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'ENOENT' ? notInstalled(environment, cause) : cause);
    });
    child.once('close', (status) => {
      resolve(status ?? 255);
    });
  });
}

function notInstalled(environment: string, cause: Error): HintedError {
  return new HintedError('Cannot run Vagrant: it is not installed on this machine', {
    hint:
      'install it and a provider such as VirtualBox: https://developer.hashicorp.com/vagrant/install\n' +
      `or use the sandbox, which needs no Vagrant: write "sandbox: {}" in place of "vagrant: {}" in environments/${environment}/environment.yaml, then npx nx run ${environment}:up`,
    cause,
  });
}
