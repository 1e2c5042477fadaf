import { lines, type Script } from '@fairness-deploy/shell';
import { ProbingScript, type Probe } from '../resource/probe.js';
import type { Resource } from '../resource/resource.js';
import { framedRead } from './framed.js';

/** A resource's record is named by its place in the list. */
export const recordOf = (at: number): string => String(at);

/** One script that reads the state of all resources. It asks a question that several share once, for all. */
export function readScript(nonce: string, resources: readonly Resource[]): Script {
  const subjects = new Map<Probe, Set<string>>();
  const reads = resources.map(({ read }) => {
    if (!(read instanceof ProbingScript)) return read;
    for (const { probe, subject } of read.questions) {
      subjects.set(probe, (subjects.get(probe) ?? new Set()).add(subject));
    }
    return read.rest;
  });
  return lines(
    ...[...subjects].map(([probe, all]) => probe.ask([...all])),
    ...reads.map((read, at) => framedRead(nonce, recordOf(at), read)),
  );
}
