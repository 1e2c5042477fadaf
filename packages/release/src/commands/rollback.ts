import { HintedError } from '@fairness-deploy/shell/text';
import {
  type ChangeOptions,
  workOnEach,
  type ExitCode,
  localTime,
  onHosts,
  type Run,
  waitForLock,
} from '@fairness-deploy/core/commands';
import type { HistoryEntry } from '../host/history-entry.js';
import { candidates } from '../plan/find-rollback.js';
import { describeSchedules } from '../plan/describe-schedules.js';
import { planRollback } from '../plan/plan-rollback.js';
import { notifyPlugins, type Subject } from './notify-plugins.js';
import { readReleases } from './read-releases.js';
import { releaseContext } from './release-context.js';
import { releaseToHosts } from './release-to-hosts.js';

/** Options of `rollback`. */
export interface RollbackOptions extends ChangeOptions {
  /** The release to roll back to, or the beginning of its commit. */
  readonly to?: string;
  /** Roll back although migrations since then are declared incompatible with the release. */
  readonly force?: boolean;
}

/**
 * Rolls back to a good release, as it was made: by default, to the previous live one. Nothing is
 * fetched or built, and the host isn't compared with its environment, as a rollback is urgent. Two
 * round trips a host.
 */
export function rollback(run: Run<RollbackOptions>): Promise<ExitCode> {
  return notifyPlugins(run, 'rollback', rollBack);
}

async function rollBack(
  run: Run<RollbackOptions>,
  about: (subject: Subject) => void,
): Promise<ExitCode> {
  const succeeded = await onHosts(run, 'stop', async (hosts) => {
    const planned = await workOnEach(run, hosts, async (open) => {
      const { host } = open;
      await waitForLock(run, open);
      const { state } = await readReleases(run, open, 'roll back');
      const going = planRollback(releaseContext(run, host), state, {
        ...(run.options.to !== undefined && { to: run.options.to }),
        force: run.options.force ?? false,
        hosts: run.hosts.map(({ name }) => name),
      });
      reportCandidates(run, host.name, candidates(state), going.to);
      if (going.between !== undefined) {
        run.reporter.report({ type: 'notice', host: host.name, text: going.between });
      }
      for (const warning of going.warnings) {
        run.reporter.report({ type: 'notice', host: host.name, text: `Warning: ${warning}` });
      }
      const { previousSchedules, release } = going.plan;
      const text = describeSchedules(previousSchedules, release.schedules);
      if (text !== undefined) run.reporter.report({ type: 'notice', host: host.name, text });
      return going;
    });
    const [first] = planned;
    if (!first || planned.length < hosts.length) return false;
    refuseDifferent(planned.map(({ open, value }) => ({ host: open.host.name, to: value.to })));
    about(first.value.to);
    return releaseToHosts(
      run,
      `roll back to ${first.value.to.release}`,
      planned.map(({ open, value }) => ({ open, plan: value.plan })),
    );
  });
  return succeeded ? 0 : 1;
}

/**
 * Each host reads its own history. These may differ, after a deployment to some hosts only.
 *
 * @throws Error when the hosts would get different commits.
 */
function refuseDifferent(
  all: readonly { readonly host: string; readonly to: HistoryEntry }[],
): void {
  if (new Set(all.map(({ to }) => to.commit)).size <= 1) return;
  const rows = all.map(({ host, to }) => `\n  ${host}: ${described(to)}`);
  throw new HintedError(
    `Cannot roll back: the hosts would not go to the same commit:${rows.join('')}`,
    { hint: 'Say which: --to <commit>, and --limit <host> where only some have to go there' },
  );
}

function described({ release, commit, subject, author }: HistoryEntry): string {
  return `${release}  ${commit.slice(0, 10)} "${subject}" by ${author}`;
}

const PUT = { deploy: 'deployed', rollback: 'rolled back to', restart: 'restarted' } as const;

/** Lists the good releases, with an arrow at the chosen one. */
function reportCandidates(
  run: Run,
  host: string,
  candidates: readonly HistoryEntry[],
  to: HistoryEntry,
): void {
  const rows = candidates.map((record) => {
    const put = PUT[record.action];
    const mark = record.release === to.release ? '→' : ' ';
    return `${mark} ${described(record)}, ${put} by ${record.who} on ${localTime(record.finished)}`;
  });
  run.reporter.report({ type: 'notice', host, text: `good releases:\n${rows.join('\n')}` });
}
