import type { DeploymentRecord } from '../application/deployment-record.js';
import { each, onHosts } from './on-hosts.js';
import { putOnLine } from './put-on-line.js';
import { readReleases } from './read-releases.js';
import { contextOf, type ExitCode, type Run } from './run.js';
import { deployingPlugin } from './run-release.js';
import { waitForLock } from './wait-for-lock.js';
import { witnessed, type Subject } from './witness.js';
import { localTime } from '../report/local-time.js';

/**
 * Goes back to a release that was good before, as it was made then: the one that was live
 * before unless told. Nothing is fetched or built, and the host isn't compared with its
 * description, for whoever rolls back is in a hurry. Two round trips a host.
 */
export function rollback(run: Run): Promise<ExitCode> {
  return witnessed(run, 'rollback', rollbackWitnessed);
}

async function rollbackWitnessed(run: Run, about: (subject: Subject) => void): Promise<ExitCode> {
  const deploying = deployingPlugin(run);
  const { plugin, deployer } = deploying;
  const succeeded = await onHosts(run, 'stop', async (hosts) => {
    const planned = await each(run, hosts, async (open) => {
      await waitForLock(run, open);
      const output = await readReleases(run, open, deploying);
      const context = contextOf(run, plugin, open.host);
      const going = deployer.rollback(context, output, run.options.to);
      reportCandidates(run, open.host.name, deployer.candidates(output), going.to);
      for (const warning of going.warnings) {
        run.reporter.report({ type: 'notice', host: open.host.name, text: `Warning: ${warning}` });
      }
      return going;
    });
    const [first] = planned;
    if (!first || planned.length < hosts.length) return false;
    refuseDifferent(planned.map(({ open, value }) => ({ host: open.host.name, to: value.to })));
    about(first.value.to);
    return putOnLine(
      run,
      deploying,
      `roll back to ${first.value.to.release}`,
      planned.map(({ open, value }) => ({ open, plan: value.plan })),
    );
  });
  return succeeded ? 0 : 1;
}

/**
 * Each host looks into its own history, and they need not agree: after a deployment to some of them.
 *
 * @throws Error when they would go to different commits.
 */
function refuseDifferent(
  all: readonly { readonly host: string; readonly to: DeploymentRecord }[],
): void {
  if (new Set(all.map(({ to }) => to.commit)).size <= 1) return;
  const rows = all.map(({ host, to }) => `\n  ${host}: ${described(to)}`);
  throw new Error(
    `Cannot roll back: the hosts would not go to the same commit:${rows.join('')}\nSay which: --to <commit>, and --limit <host> where only some have to go there`,
  );
}

function described({ release, commit, subject, author }: DeploymentRecord): string {
  return `${release}  ${commit.slice(0, 10)} "${subject}" by ${author}`;
}

/** Where one can go back to, with an arrow at the one that is gone to. */
function reportCandidates(
  run: Run,
  host: string,
  candidates: readonly DeploymentRecord[],
  to: DeploymentRecord,
): void {
  const rows = candidates.map((record) => {
    const put = record.action === 'deploy' ? 'deployed' : 'put back';
    const mark = record.release === to.release ? '→' : ' ';
    return `${mark} ${described(record)}, ${put} by ${record.who} on ${localTime(record.finished)}`;
  });
  run.reporter.report({ type: 'notice', host, text: `good releases:\n${rows.join('\n')}` });
}
