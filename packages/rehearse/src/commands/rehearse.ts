import { loadWithoutSecrets } from '@fairness-deploy/core';
import { runStep, type LocalRun } from '@fairness-deploy/core/commands';
import { loadRecordedRelease, type RecordedRelease } from '@fairness-deploy/release';
import { claimStage, removeRehearsal } from '../record/claim.js';
import type { HostShape } from '../hosts/stage-driver.js';
import { prepareMachine } from '../hosts/stage-hosts.js';
import { sectionOf } from '../section.js';
import { dumpOf, isApproved, refuseSandbox, refuseWithoutSecrets } from './check-request.js';
import type { RehearseOptions } from './options.js';
import { rehearseOnHosts } from './rehearse-on-hosts.js';

type Local = LocalRun<RehearseOptions>;

/**
 * Tries an environment on disposable hosts. The real hosts are contacted only for `fromRelease`, to read
 * their history.
 *
 * @returns 0 when all succeeded.
 * @throws Error when the environment can't be rehearsed; nothing was started then. Other failures are reported.
 */
export async function rehearse(local: Local): Promise<number> {
  const { place, options, started, reporter } = local;
  const { environment, workspace } = place;
  const rehearsed = { environment, workspace };
  const notice = (text: string): void => {
    reporter.report({ type: 'notice', text });
  };
  if (options.remove) {
    started();
    const was = await removeRehearsal(rehearsed, { report: notice });
    const text = was ? 'The rehearsal is removed' : 'There is no rehearsal to remove';
    notice(text);
    return 0;
  }
  const unopened = await loadWithoutSecrets({ workspace, name: environment });
  const dump = dumpOf(options, workspace);
  refuseSandbox(unopened);
  if (!options.withSecrets) refuseWithoutSecrets(unopened);
  if (options.withSecrets && !(await isApproved(local))) {
    notice('Nothing was rehearsed.');
    return 1;
  }
  started(unopened.environment.hosts.map(({ name }) => name));
  const from = await releaseBefore(local);
  const section = sectionOf(unopened.environment);
  const release = options.release ?? section?.release;
  const driver = await runStep(local, { name: 'prepare this machine' }, () =>
    prepareMachine(options.driver ?? 'auto', release, notice),
  );
  const shape: HostShape = {
    ...(release !== undefined && { release }),
    ...(section?.memory !== undefined && { memory: section.memory }),
  };
  const work = { unopened, from, dump, driver, shape };
  return claimStage(rehearsed, { report: notice }, (id) =>
    rehearseOnHosts(local, rehearsed, id, work),
  );
}

/** The release that the rehearsal begins with, as the real hosts have it on record. */
async function releaseBefore(local: Local): Promise<RecordedRelease | undefined> {
  const { fromRelease } = local.options;
  if (fromRelease === undefined || fromRelease === false) return undefined;
  const wanted = [true, '', 'true', 'live'].includes(fromRelease) ? undefined : String(fromRelease);
  const recordedRelease = await loadRecordedRelease();
  const found = await recordedRelease(await local.load(), wanted);
  const { release, commit, subject } = found;
  local.reporter.report({
    type: 'notice',
    text: `First the release ${release}: commit ${commit.slice(0, 10)} "${subject}"`,
  });
  return found;
}
