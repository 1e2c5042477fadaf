import { failureOf } from '@fairness-deploy/shell/text';
import { ProbingScript, type Probe } from '../resource/probe.js';
import type { Resource } from '../resource/resource.js';
import { lines, type Login, type Script } from '@fairness-deploy/shell';
import { framedRead } from './framed.js';
import type { Plan, PlannedChange, Unreadable } from './plan.js';
import type { RecordCollector } from './records.js';

/** A resource's record is named by its place in the list. */
const recordOf = (at: number): string => String(at);

/** One script that reads the state of all the resources. What several of them ask is asked once, for all. */
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

/**
 * Compares what the read script printed with what should be.
 *
 * @param login refuses the changes that take it away; for a plan that may be applied
 */
export function planFrom(
  records: RecordCollector,
  resources: readonly Resource[],
  login?: Login,
): Plan {
  const changes: PlannedChange[] = [];
  const unreadable: Unreadable[] = [];
  resources.forEach((resource, at) => {
    const outcome = compare(resource, records, recordOf(at), login);
    if (!outcome) return;
    if ('reason' in outcome) unreadable.push({ resource, ...outcome });
    else changes.push({ resource, change: outcome });
  });
  return { resources, changes, unreadable };
}

/** @returns the change, undefined when there is none, or why it can't be told. */
function compare(
  resource: Resource,
  records: RecordCollector,
  name: string,
  login: Login | undefined,
): PlannedChange['change'] | Omit<Unreadable, 'resource'> | undefined {
  const record = records.get(name);
  if (record?.status === undefined) return { reason: 'the read script ended before it' };
  if (record.status !== 0) {
    const error = records.get(`${name}!`)?.output.trim() ?? '';
    return {
      reason: `its read script ended with status ${String(record.status)}${error && `: ${error}`}`,
    };
  }
  if (record.truncated) return { reason: 'its read script printed more than can be taken in' };
  try {
    return resource.plan(record.output, login);
  } catch (error) {
    const { message: reason, ...hint } = failureOf(error);
    return { reason, ...hint };
  }
}
