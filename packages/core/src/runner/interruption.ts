import { HintedError } from '@fairness-deploy/shell/text';
import type { Reporter } from '../report/event.js';
import { reportFailure } from './on-hosts.js';
import { tooLateToEnd, type RunningJobs } from './running-jobs.js';

/** Exit status of a program that a signal ended, as shells report it. */
const SIGNALLED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Nx sends several signals at once for one Ctrl-C: they are one interruption. */
const SAME_INTERRUPTION_MILLISECONDS = 1000;

const CTRL_C = '\u0003';

/** The parts of a command that an interruption uses. */
interface Interrupted {
  readonly jobs: RunningJobs;
  readonly reporter: Reporter;
  /** The text after `Interrupted` when no job runs. */
  readonly advice?: string;
  /** Ends the report of the command. */
  readonly end: () => void;
}

/**
 * Handles a signal. On a terminal, Ctrl-C asks once what to do with the jobs on hosts: let them
 * continue, or cancel them. Any other signal ends this process and leaves the jobs running. Nx
 * sends several signals at once, and doesn't wait for an answer: within Nx, nothing is asked.
 *
 * @returns how to stop listening
 */
export function onInterruption(of: Interrupted): () => void {
  const over = new AbortController();
  const listeners = Object.entries(SIGNALLED).map(([signal, status]) => {
    const listener = (): void => {
      stop();
      if (signal === 'SIGINT' && of.jobs.all.length > 0 && canAsk()) {
        void ask(of, over.signal).then((goesOn) => {
          if (over.signal.aborted) return;
          if (goesOn) for (const one of listeners) process.on(one.signal, one.listener);
          else leave(of, status);
        });
      } else {
        leave(of, status);
      }
    };
    return { signal, listener };
  });
  const stop = (): void => {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  };
  for (const { signal, listener } of listeners) process.on(signal, listener);
  return () => {
    over.abort();
    stop();
  };
}

function canAsk(): boolean {
  const withinNx = process.env['NX_TASK_TARGET_TARGET'] !== undefined;
  return process.stdin.isTTY && process.stdout.isTTY && !withinNx;
}

/**
 * @param over aborts the question: the jobs have ended.
 * @returns whether to keep watching the jobs.
 */
async function ask({ jobs, reporter }: Interrupted, over: AbortSignal): Promise<boolean> {
  const say = (text: string): void => {
    reporter.report({ type: 'notice', text });
  };
  const { hosts, onDetach, onCancel } = described(jobs);
  say(
    `Interrupted; the job on ${hosts} is still running. [c] cancel: ${onCancel}  [d] detach: the job ${onDetach}  any other key: keep watching`,
  );
  const key = await readKey(over);
  if (key === 'd' || key === CTRL_C) return false;
  if (key !== 'c') return true;
  say('Cancelling');
  try {
    const late = await jobs.cancel();
    if (late.length > 0) say(tooLateToEnd(late));
  } catch (error) {
    reportFailure({ reporter }, error);
  }
  return true;
}

/** The hosts with running jobs. One sentence about the first job fits all, as all do the same. */
function described({ all }: RunningJobs): {
  readonly hosts: string;
  readonly onDetach: string;
  readonly onCancel: string;
} {
  const { onDetach = '', onCancel = '' } = all[0] ?? {};
  return { hosts: all.map(({ host }) => host).join(', '), onDetach, onCancel };
}

/** One key, without Enter; '' when `over` aborts the wait. */
function readKey(signal: AbortSignal): Promise<string> {
  const { stdin } = process;
  return new Promise((resolve) => {
    const end = (bytes?: Buffer): void => {
      stdin.off('data', end);
      signal.removeEventListener('abort', giveUp);
      stdin.setRawMode(false);
      stdin.pause();
      resolve(bytes?.toString()[0] ?? '');
    };
    const giveUp = (): void => {
      end();
    };
    stdin.setRawMode(true);
    stdin.resume();
    stdin.once('data', end);
    signal.addEventListener('abort', giveUp);
  });
}

function leave({ jobs, reporter, advice, end }: Interrupted, status: number): void {
  const { hosts, onDetach, onCancel } = described(jobs);
  const named = jobs.all
    .slice(0, 1)
    .map(({ id, task }) => (task ? ` --job ${id}` : ''))
    .join('');
  reportFailure(
    { reporter },
    hosts === ''
      ? new HintedError('Interrupted', { hint: advice })
      : new HintedError(`Interrupted. The job on ${hosts} ${onDetach}`, {
          hint: `run attach${named} to watch it, or cancel${named} to ${onCancel}`,
        }),
  );
  for (const name of jobs.undone) {
    const text = `Waiting for ${name} to end. Another Ctrl-C does not wait`;
    reporter.report({ type: 'notice', text });
  }
  endAtNextSignal(end);
  void jobs.detach().finally(() => {
    end();
    process.exit(status);
  });
}

/** The user does not want to wait any longer. */
function endAtNextSignal(end: () => void): void {
  const since = performance.now();
  for (const [signal, status] of Object.entries(SIGNALLED)) {
    process.on(signal, () => {
      if (performance.now() - since < SAME_INTERRUPTION_MILLISECONDS) return;
      end();
      process.exit(status);
    });
  }
}
