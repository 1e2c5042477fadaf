import { failureOf } from '@fairness-deploy/shell/text';
import type { Plan } from '../engine/plan.js';
import type { SectionFinding } from '../runner/judge-checks.js';

/** How many resources are named. */
const NAMED = 5;

const ABOUT = { section: 'hosts', layer: 'upkeep', name: 'drift' } as const;

/** How many changes `plan` would show. Pure. */
export function driftFinding(
  { changes, revealed, unreadable }: Plan,
  environment: string,
): SectionFinding {
  const addresses = [
    ...changes.map(({ resource }) => resource.address),
    ...revealed.map(({ address }) => address),
  ];
  const unread = unreadable.map(({ resource, reason }) => `${resource.address}: ${reason}`);
  const data = { changes: addresses };
  const count = addresses.length;
  const hint = `see: npx nx run ${environment}:plan`;
  if (unread.length > 0) {
    const text = `cannot be told: ${String(unread.length)} of its resources could not be read`;
    return { ...ABOUT, level: 'warn', text, evidence: shown(unread), hint, data };
  }
  if (count === 0) {
    return { ...ABOUT, level: 'ok', text: 'none: the host is as described', data };
  }
  const text = `the host differs from the environment: ${count === 1 ? '1 change' : `${String(count)} changes`}`;
  return { ...ABOUT, level: 'warn', text, evidence: shown(addresses), hint, data };
}

function shown(all: readonly string[]): readonly string[] {
  const more = all.length > NAMED ? [`… and ${String(all.length - NAMED)} more`] : [];
  return [...all.slice(0, NAMED), ...more];
}

/** Why nobody can say how the host differs, such as secrets that are locked. */
export function unknownDrift(error: unknown): SectionFinding {
  const { message, hint } = failureOf(error);
  return {
    ...{ ...ABOUT, level: 'warn', data: {} },
    text: `cannot be told: ${message}`,
    ...(hint !== undefined && { hint }),
  };
}
