import { availableParallelism } from 'node:os';
import { throttle } from '../throttle.js';
import type { Target } from '../transport.js';

/**
 * Seconds. A machine that lacks memory or processor time must still be reached: the connection may
 * be the one that fixes it.
 */
const SHELL_TIMEOUT_SECONDS = 60;

/** Milliseconds after which people get a line about the wait. */
const WAIT_NOTICE_MILLISECONDS = 5000;

/**
 * The most shells that open on one machine at a time: start files may cost a second of processor
 * time each.
 */
const SHELLS_AT_A_TIME = 4;

const onMachine = throttle(SHELLS_AT_A_TIME);
/** The most shells that open on all machines at a time: this machine computes keys for each. */
const onClient = throttle(8 * availableParallelism());

/**
 * Opens a shell in its turn; its time limit begins then. Reports to people when the turn, or the
 * opening, takes long.
 *
 * @param machine shells on different machines don't wait for each other
 * @param open opens it, within so many milliseconds
 * @param tell gets a line for people
 * @throws the signal's reason when it is aborted before the turn.
 */
export function inTurn<T>(
  { name, shellTimeout = SHELL_TIMEOUT_SECONDS }: Pick<Target, 'name' | 'shellTimeout'>,
  machine: string,
  open: (timeout: number) => Promise<T>,
  tell: (line: string) => void = () => undefined,
  signal?: AbortSignal,
): Promise<T> {
  const notice = (line: string) => setTimeout(tell, WAIT_NOTICE_MILLISECONDS, line);
  const queued = notice(
    `Still waiting for a turn to open a shell on ${name}: others open first, ${String(SHELLS_AT_A_TIME)} on a machine at a time`,
  );
  const turn = async (): Promise<T> => {
    clearTimeout(queued);
    const slow = notice(
      `Still waiting for a shell on ${name}: it is busy, or its start files (such as ~/.bashrc) are slow. ` +
        `Gives up after ${String(shellTimeout)} s (hosts.${name}.shellTimeout)`,
    );
    try {
      return await open(shellTimeout * 1000);
    } finally {
      clearTimeout(slow);
    }
  };
  return onMachine(machine, () => onClient('', turn, signal), signal).finally(() => {
    clearTimeout(queued);
  });
}
