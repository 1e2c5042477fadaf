import type { Environment, UnopenedEnvironment } from '@fairness-deploy/core';
import { reportFailure, sudoPasswordOf, type LocalRun } from '@fairness-deploy/core/commands';
import type { RecordedRelease } from '@fairness-deploy/release';
import type { Secret } from '@fairness-deploy/shell/secret';
import { startJanitor } from '../record/janitor.js';
import { removeRecord, writeRecord } from '../record/record.js';
import type { HostShape, StageDriver } from '../hosts/stage-driver.js';
import { removeStageHosts } from '../hosts/stage-hosts.js';
import { sectionOf } from '../section.js';
import { bootStage, emptyStage, prepareStage } from '../stage/stage.js';
import { pathsOf, type Rehearsed } from '../state/state-folder.js';
import { StandIns } from '../stand-ins/stand-ins.js';
import { describeEnd, eventOf, type RehearsalEnd } from './describe-end.js';
import { endOf, type Progress } from './end-of.js';
import { loadOnStage } from './load-on-stage.js';
import type { RehearseOptions } from './options.js';
import { withOwnHints } from './own-hints.js';
import { rehearseOn } from './rehearsal-steps.js';

/** What is rehearsed, and on which hosts. */
export interface Work {
  readonly unopened: UnopenedEnvironment;
  readonly from: RecordedRelease | undefined;
  readonly dump: string | undefined;
  readonly driver: StageDriver;
  readonly shape: HostShape;
}

/**
 * Rehearses on disposable hosts, and removes them in the end unless they are kept. Reports what fails before
 * it removes them.
 *
 * @param id of the rehearsal
 * @returns the exit status.
 * @throws Error when a host can't be removed.
 */
export async function rehearseOnHosts(
  local: LocalRun<RehearseOptions>,
  rehearsed: Rehearsed,
  id: string,
  work: Work,
): Promise<number> {
  const janitor = await startJanitor(rehearsed, id);
  const { success, isKept } = await rehearseAndReport(local, rehearsed, work).catch(
    (error: unknown) => {
      reportFailure(local, error);
      return { success: false, isKept: false };
    },
  );
  if (isKept) writeRecord(rehearsed, { id, pid: process.pid, state: 'kept' });
  else await removeStageHosts(rehearsed);
  await janitor.dismiss();
  if (!isKept) removeRecord(rehearsed);
  return success ? 0 : 1;
}

/**
 * Starts the hosts, rehearses on them and reports how it ended.
 *
 * @throws Error when the environment's files are wrong; no host was started then.
 */
async function rehearseAndReport(
  local: LocalRun<RehearseOptions>,
  rehearsed: Rehearsed,
  { unopened, from, dump, driver, shape }: Work,
): Promise<Pick<RehearsalEnd, 'success' | 'isKept'>> {
  const { options, reporter } = local;
  const { environment, plugins, wanted } = unopened;
  const said = sectionOf(environment)?.secrets ?? {};
  const about = { environment, plugins, standIns: new StandIns({ wanted, said }) };
  const plan = { rehearsed, environment, plugins, folder: pathsOf(rehearsed).folder };
  const empty = await emptyStage(plan);
  const checked = await loadOnStage(local, { ...about, stage: empty, targets: new Map() });
  let progress: Progress = { success: false };
  try {
    const booted = await bootStage(plan, { driver, shape }, reporter);
    progress = { ...progress, booted };
    const ready = await prepareStage(
      plan,
      { empty, booted },
      { reporter, passwordOf: (name) => passwordOn(checked.environment, name) },
    );
    const loaded = await loadOnStage(local, { ...about, ...ready });
    const run = { ...loaded, reporter: withOwnHints(loaded.reporter, environment.name) };
    progress = { ...progress, run, root: ready.issuedRootFile };
    progress = { ...progress, success: await rehearseOn(run, { from, dump }) };
  } catch (error) {
    reportFailure(local, error);
  }
  const end = endOf(unopened, options, progress);
  reporter.report({ type: 'plugin', data: eventOf(end), text: describeEnd(end) });
  return end;
}

function passwordOn({ hosts }: Environment, name: string): Secret | undefined {
  const host = hosts.find((one) => one.name === name);
  return host && sudoPasswordOf(host);
}
