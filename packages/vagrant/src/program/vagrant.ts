/** Runs the program `vagrant`: to get an answer, as a step with output, or on the terminal. */
import { HintedError } from '@fairness-deploy/shell/text';
import { startVagrant, type VagrantPlace } from './start-vagrant.js';

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
 * Asks Vagrant, and gets its answer. Nobody answers its questions. Vagrant and all that it started end with
 * this process at the latest.
 *
 * @throws HintedError when it is not installed, there is no Vagrantfile, or it does not answer.
 */
export async function askVagrant(
  place: VagrantPlace,
  args: readonly string[],
  timeoutSeconds = ANSWER_TIMEOUT_SECONDS,
): Promise<VagrantEnd> {
  const vagrant = startVagrant(place, args, 'pipes');
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vagrant[stream]?.setEncoding('utf8').on('data', (text: string) => {
      texts[stream] += text;
      if (texts[stream].length > LONGEST_ANSWER) vagrant.signal('SIGKILL');
    });
  }
  const kill = (): void => {
    vagrant.signal('SIGKILL');
  };
  process.once('exit', kill);
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
    kill();
  }, timeoutSeconds * 1000);
  try {
    const status = await vagrant.ended;
    if (late.signal.aborted) {
      throw new HintedError(
        `Cannot run vagrant ${args.join(' ')}: it has not answered for ${String(timeoutSeconds)} seconds`,
        {
          hint: `see what it waits for: npx nx run ${place.environment}:vagrant -- ${args.join(' ')}`,
        },
      );
    }
    return { status, ...texts };
  } finally {
    clearTimeout(timer);
    process.off('exit', kill);
  }
}

/** What {@link runVagrant} takes. */
export interface RunningOptions {
  /** Gets each line of output. */
  readonly tell: (line: string) => void;
  /** Asks Vagrant to end, as Ctrl-C on its terminal would: it finishes what must not be left half way. */
  readonly signal: AbortSignal;
}

/**
 * Runs Vagrant, and passes its output on, line by line.
 *
 * @returns its exit status.
 * @throws HintedError when it is not installed, or there is no Vagrantfile.
 */
export async function runVagrant(
  place: VagrantPlace,
  args: readonly string[],
  { tell, signal }: RunningOptions,
): Promise<number> {
  const vagrant = startVagrant(place, args, 'pipes');
  for (const stream of [vagrant.stdout, vagrant.stderr]) {
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
  // Once: at the second one, Vagrant ends without finishing anything.
  const interrupt = (): void => {
    vagrant.signal('SIGINT');
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await vagrant.ended;
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

/**
 * Runs Vagrant on this terminal, which sends it Ctrl-C.
 *
 * @returns its exit status.
 * @throws HintedError when it is not installed, or there is no Vagrantfile.
 */
export function vagrantOnTerminal(place: VagrantPlace, args: readonly string[]): Promise<number> {
  return startVagrant(place, args, 'terminal').ended;
}
