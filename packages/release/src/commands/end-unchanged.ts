import {
  applyOn,
  type ChangeOptions,
  checksOf,
  type HostEnd,
  judge,
  type OpenHost,
  readsOf,
  reportHostEnd,
  type Run,
  type SectionFinding,
  subjectOf,
} from '@fairness-deploy/core/commands';
import { type Plan, readHost } from '@fairness-deploy/core/engine';
import type { Source } from '../plan/find-source.js';
import { reportUrls } from './release-to-host.js';

/** A host on which the commit is live already. */
export interface LiveCommit {
  readonly kind: 'live';
  /** The changes that a deployment makes all the same, such as to start stopped processes. */
  readonly changes: Plan;
  /** The checks that fail. */
  readonly failed: readonly SectionFinding[];
}

/** The findings that something does not work which requests need. */
export function failedOf(findings: readonly SectionFinding[]): readonly SectionFinding[] {
  return findings.filter(({ level, layer }) => level === 'fail' && layer !== 'upkeep');
}

const FORCE = '--force deploys it again';

/**
 * Ends a deployment of the commit that is live: makes the changes that are left, and checks again.
 *
 * @returns whether all changes succeed and all checks pass
 */
export async function endUnchanged(
  run: Run<ChangeOptions>,
  open: OpenHost,
  { changes, failed }: LiveCommit,
  { commit }: Source,
): Promise<boolean> {
  const short = commit.slice(0, 10);
  if (changes.changes.length === 0) {
    const summary = `${short} already runs`;
    return endWell(run, open, short, failed, { outcome: 'unchanged', summary, hint: FORCE });
  }
  const { outcome } = await applyOn(run, open, changes, `deploy ${short}`);
  if (outcome !== 'changed') {
    const summary = `${short} is live, but some changes failed, see above. Fix that and deploy again`;
    reportHostEnd(run, open, { outcome, summary });
    return false;
  }
  const checks = checksOf(run, open.host);
  const { timedOutputs } = await readHost(open.connection, { timed: readsOf(checks) });
  const summary = `${short} is deployed already; ${describe(changes)}`;
  return endWell(run, open, short, failedOf(judge(checks, timedOutputs)), { outcome, summary });
}

function describe({ changes }: Plan): string {
  const done = changes.map(({ resource, change }) =>
    resource.atDeployment === 'superseded'
      ? `started ${change.differences.map(({ field }) => field).join(', ')}`
      : `updated ${resource.address}`,
  );
  return done.join('; ');
}

/**
 * Reports the end of a host without a deployment, which fails when a check does.
 *
 * @returns whether all checks pass
 */
function endWell(
  run: Run,
  open: OpenHost,
  short: string,
  failed: readonly SectionFinding[],
  end: HostEnd,
): boolean {
  for (const finding of failed) {
    const { text: details, hint } = finding;
    const message = `${short} is live, but ${subjectOf(finding)} fails`;
    run.reporter.report({
      ...{ type: 'failure', host: open.host.name, message, details },
      ...(hint !== undefined && { hint }),
    });
  }
  const well = failed.length === 0;
  const summary = `${short} is live, but checks fail`;
  reportHostEnd(run, open, well ? end : { outcome: 'failed', summary, hint: FORCE });
  if (well) reportUrls(run, open);
  return well;
}
