import {
  type Connection,
  HostKeyError,
  pinHostKey,
  type Target,
  type Transport,
} from '@fairness-deploy/shell';
import { approve } from './approve.js';

/** Jump hosts have keys of their own: the most keys to ask for on the way to one host. */
const MOST_KEYS = 8;

/**
 * A transport that pins an unknown host key when its user agrees, and then connects. It never pins
 * a changed key.
 *
 * @param agreed pins without asking.
 * @param pinned is told each key that was pinned.
 */
export function pinning(
  transport: Transport,
  agreed: boolean,
  pinned?: (key: HostKeyError['hostKey'], target: Target) => void,
): Transport {
  // One question at a time, however many hosts there are.
  let questions: Promise<unknown> = Promise.resolve();
  const ask = (error: HostKeyError, target: Target): Promise<boolean> => {
    const { type, fingerprint } = error.hostKey;
    const answer = questions.then(() =>
      approve(
        `${target.name} shows the host key ${type} ${fingerprint}, which isn't pinned yet. Trust it`,
        {
          message: error.message,
          hint: andThen(
            error.hint,
            'There is no terminal to ask on: when they are the same, run it again with --accept-new',
          ),
        },
      ),
    );
    questions = answer.catch(() => undefined);
    return answer;
  };

  return {
    async connect(target, signal, tell): Promise<Connection> {
      for (let keys = 0; ; keys += 1) {
        try {
          return await transport.connect(target, signal, tell);
        } catch (error) {
          const unknown = error instanceof HostKeyError && error.reason === 'host-key-unknown';
          if (!unknown || keys === MOST_KEYS) throw error;
          if (!agreed && !(await ask(error, target))) throw error;
          await pinHostKey(target.knownHostsFile, error.hostKey);
          pinned?.(error.hostKey, target);
        }
      }
    },
  };
}

/** A hint, and what to do after it. */
export function andThen(hint: string | undefined, then: string): string {
  return hint === undefined ? then : `${hint}\n${then}`;
}
