import { readFileSync } from 'node:fs';

/** The faults of a commit of the application. */
export interface Behaviour {
  readonly install?: 'fill';
  readonly build?: 'fails' | 'waits';
  readonly migrate?: 'fails' | 'hangs';
  readonly start?: 'dies' | 'dies later' | 'dies of visitors';
  readonly health?: 'fails' | 'hangs';
  /** Of the worker. */
  readonly worker?: 'dies at once' | 'dies later';
  /** Seconds until it is healthy. */
  readonly answersAfter?: number;
}

/** The faults of the commit that is checked out in this folder. */
export function readBehaviour(): Behaviour {
  // makeTiny() writes it from that type, and a host has no library to check it with.
  return JSON.parse(readFileSync('behaviour.json', 'utf8')) as Behaviour;
}
