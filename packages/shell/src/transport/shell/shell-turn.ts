import { availableParallelism } from 'node:os';
import { throttle } from '../throttle.js';
import type { Target } from '../transport.js';

/** Seconds. A machine that is short of memory or processor time must still be reached: a fix may be on its way. */
const SHELL_TIMEOUT_SECONDS = 60;

/** Milliseconds after which people are told what is waited for. */
const WAIT_NOTICE_MILLISECONDS = 5000;

/** So many shells open on a machine at a time: start files may cost a second of processor time each. */
const SHELLS_AT_A_TIME = 4;

const onMachine = throttle(SHELLS_AT_A_TIME);
/** So many shells open on all machines at a time: this machine works for each, for its keys. */
const onClient = throttle(8 * availableParallelism());

/**
 * Opens a shell in its turn. The time that it may take begins then. People are told when the turn,
 * or the opening, takes long.
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
