import type { Script } from '@fairness-deploy/shell';
import { describeHolder } from '../engine/lock.js';
import { readHost } from '../engine/read-host.js';
import type { ScriptOutput } from '../engine/script-output.js';
import type { TimedRead } from '../engine/timed-reads.js';
import type { Resource } from '../resource/resource.js';
import { judge, type SectionFinding } from '../runner/judge-checks.js';
import { checksOf, readsOf } from '../runner/plugin-checks.js';
import type { OpenHost } from '../runner/on-hosts.js';
import type { Run } from '../runner/run.js';
import { systemFinding } from '../runner/system-finding.js';
import { wantedOf } from '../runner/wanted.js';
import { driftFinding, unknownDrift } from './drift-finding.js';

/** The most seconds that it may take to see how a host differs: a database that hangs must not hang the rest. */
const RESOURCES_SECONDS = 20;

/** What is known of a host. */
export interface Examined {
  readonly findings: readonly SectionFinding[];
  /** What can be repaired, by what that does. */
  readonly repairs: ReadonlyMap<string, Script>;
  /** The outputs of further reads. */
  readonly outputs: readonly ScriptOutput[];
}

/**
 * Examines a host: its system, what the plugins' checks find, and how it differs from the environment.
 * Reports a job that runs there. One round trip.
 *
 * @param more further reads beside those of the checks
 */
export async function examineHost(
  run: Run,
  { host, connection }: Pick<OpenHost, 'host' | 'connection'>,
  more: readonly TimedRead[] = [],
): Promise<Examined> {
  const checks = checksOf(run, host);
  const resources = resourcesOn(run, host.name);
  const { drift, holder, timedOutputs, system } = await readHost(connection, {
    ...('wanted' in resources && { resources: resources.wanted }),
    resourcesSeconds: RESOURCES_SECONDS,
    timed: [...readsOf(checks), ...more],
  });
  if (holder) {
    const text = `a job is running: ${describeHolder(holder)}`;
    run.reporter.report({ type: 'notice', host: host.name, text });
  }
  const findings = [
    ...systemFinding(system),
    ...judge(checks, timedOutputs.slice(0, checks.length)),
    'wanted' in resources
      ? driftFinding(drift, run.environment.name)
      : unknownDrift(resources.failure),
  ];
  const repairs = checks.flatMap(({ check }) => Object.entries(check.repairs ?? {}));
  return { findings, repairs: new Map(repairs), outputs: timedOutputs.slice(checks.length) };
}

/** The host's resources, or why they are not known: one that holds a secret, and none can be opened. */
function resourcesOn(
  run: Run,
  host: string,
): { readonly wanted: readonly Resource[] } | { readonly failure: unknown } {
  try {
    return { wanted: wantedOf(run).get(host) ?? [] };
  } catch (failure) {
    return { failure };
  }
}
