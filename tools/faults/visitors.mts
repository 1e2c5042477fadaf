import { fork } from 'node:child_process';
import { messageOf } from '../lab/child.mjs';
import { loadAnswerSchema, type LoadAnswer, type LoadOrder } from './load-messages.mjs';

/** Visitors, in a process of their own. */
export interface Visitors {
  /** When they have stopped. */
  readonly answer: Promise<LoadAnswer>;
  stop(): Promise<void>;
}

/** Starts them. */
export function startVisitors(order: Exclude<LoadOrder, { stop: true }>): Visitors {
  const child = fork(new URL('load-process.mjs', import.meta.url), { execArgv: [] });
  const send = (one: LoadOrder): void => {
    child.send(one);
  };
  send(order);
  const answer = messageOf(child).then((message) => loadAnswerSchema.parse(message));
  return {
    answer,
    stop: async () => {
      send({ stop: true });
      await answer;
      child.disconnect();
    },
  };
}
