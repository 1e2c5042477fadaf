import { LAYERS, restsOn, type Layer } from '../plugin/layer.js';
import type { SectionFinding } from '../runner/judge-checks.js';

/** A finding, and the host that it is about; undefined: the client has found it. */
export interface HostFinding extends SectionFinding {
  readonly host?: string;
}

/** A failure that no other failure explains, and those that it may explain. */
export interface Cause {
  readonly finding: HostFinding;
  readonly explains: readonly HostFinding[];
}

/**
 * The failures that no other one explains, the most fundamental first; without any failure, the same of the
 * warnings about what requests need. A failure explains those of what
 * rests on its layer, on its host; a client's findings rest on all hosts, and so does a database on its
 * server, wherever that is.
 */
export function causesOf(findings: readonly HostFinding[]): readonly Cause[] {
  const failed = findings.filter(({ level }) => level === 'fail');
  const failures =
    failed.length > 0
      ? failed
      : findings.filter(({ level, layer }) => level === 'warn' && layer !== 'upkeep');
  return failures
    .filter((one) => !failures.some((other) => explains(other, one)))
    .map((finding) => ({ finding, explains: failures.filter((one) => explains(finding, one)) }))
    .toSorted((one, other) => byDepth(one.finding, other.finding));
}

/** Layers that those of other hosts rest on. */
const SHARED: readonly Layer[] = ['service', 'database'];

function explains(cause: HostFinding, effect: HostFinding): boolean {
  const reaches =
    cause.host === effect.host || effect.host === undefined || SHARED.includes(cause.layer);
  return reaches && restsOn(effect.layer, cause.layer);
}

/** Sorts the most fundamental first. */
export function byDepth(one: HostFinding, other: HostFinding): number {
  return LAYERS.indexOf(one.layer) - LAYERS.indexOf(other.layer);
}
