import { failureOf } from '@fairness-deploy/shell/text';
import type { Plan } from '../engine/plan.js';
import type { SectionFinding } from '../runner/plugin-checks.js';

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
    ...unreadable.map(({ resource }) => resource.address),
    ...revealed.map(({ address }) => address),
  ];
  const data = { changes: addresses };
  const count = addresses.length;
  if (count === 0) {
    return { ...ABOUT, level: 'ok', text: 'none: the host is as described', data };
  }
  const more = count > NAMED ? [`… and ${String(count - NAMED)} more`] : [];
  return {
    ...{ ...ABOUT, level: 'warn', data },
    text: `the host differs from the environment: ${count === 1 ? '1 change' : `${String(count)} changes`}`,
    evidence: [...addresses.slice(0, NAMED), ...more],
    hint: `see them: npx nx run ${environment}:plan`,
  };
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
