import { availableParallelism } from 'node:os';
import { throttle } from '../throttle.js';
import type { Target } from '../transport.js';

/** Seconds. A machine that is short of memory or processor time must still be reached: a fix may be on its way. */
const SHELL_TIMEOUT = 60;

/** Milliseconds after which people are told what is waited for. */
const SILENCE = 5000;

/** Start files may cost a second of processor time each; so many shells open on a machine at a time. */
const onMachine = throttle(4);
/** And so many on all machines: each needs this one as well, for its keys. */
const onClient = throttle(8 * availableParallelism());

/**
 * Opens a shell in its turn. The time that it may take begins then, and people are told when it
 * takes long.
 *
 * @param machine shells on different machines don't wait for each other
 * @param open opens it, within so many milliseconds
 * @param tell gets a line for people
 */
export function inTurn<T>(
  { name, shellTimeout = SHELL_TIMEOUT }: Pick<Target, 'name' | 'shellTimeout'>,
  machine: string,
  open: (timeout: number) => Promise<T>,
  tell: (line: string) => void = () => undefined,
): Promise<T> {
  const turn = async (): Promise<T> => {
    const notice = setTimeout(() => {
      tell(
        `Still waiting for a shell on ${name}: it is busy, or its start files (such as ~/.bashrc) are slow. ` +
          `Gives up after ${String(shellTimeout)} s (hosts.${name}.shellTimeout)`,
      );
    }, SILENCE);
    try {
      return await open(shellTimeout * 1000);
    } finally {
      clearTimeout(notice);
    }
  };
  return onMachine(machine, () => onClient('', turn));
}
