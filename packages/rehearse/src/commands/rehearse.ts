import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadWithoutSecrets, type UnopenedEnvironment } from '@fairness-deploy/core';
import { approve, runStep, type LocalRun } from '@fairness-deploy/core/commands';
import { loadRecordedRelease, type RecordedRelease } from '@fairness-deploy/release';
import { HintedError } from '@fairness-deploy/shell/text';
import type { HostShape, StageDriver } from '../hosts/stage-driver.js';
import { prepareMachine, removeStageHosts } from '../hosts/stage-hosts.js';
import { claimStage, removeRehearsal } from '../record/claim.js';
import { startJanitor } from '../record/janitor.js';
import { readRecord, removeRecord, writeRecord } from '../record/record.js';
import type { Section } from '../section.js';
import { emptyStage, setStage } from '../stage/stage.js';
import { pathsOf, type Rehearsed } from '../state/state-folder.js';
import { StandIns } from '../stand-ins/stand-ins.js';
import { rehearseOn } from './acts.js';
import { describeEnd, eventOf } from './describe-end.js';
import { endOf } from './end-of.js';
import { loadOnStage } from './load-on-stage.js';
import type { RehearseOptions } from './options.js';

type Local = LocalRun<RehearseOptions>;

/**
 * Tries an environment on disposable hosts. The real hosts are contacted only for `fromRelease`, to read
 * their history.
 *
 * @returns 0 when all succeeded.
 * @throws Error when the environment is wrong, or the hosts do not start; nothing of them is left then.
 */
export async function rehearse(local: Local): Promise<number> {
  const { place, options, started, reporter } = local;
  const { environment, workspace } = place;
  const rehearsed = { environment, workspace };
  if (options.remove) {
    started();
    const was = await removeRehearsal(rehearsed);
    const text = was ? 'The rehearsal is removed' : 'There is no rehearsal to remove';
    reporter.report({ type: 'notice', text });
    return 0;
  }
  const unopened = await loadWithoutSecrets({ workspace, name: environment });
  const dump = dumpOf(options, workspace);
  refuseSandbox(unopened);
  if (options.withSecrets && !(await isApproved(local))) {
    reporter.report({ type: 'notice', text: 'Nothing was rehearsed.' });
    return 1;
  }
  started(unopened.environment.hosts.map(({ name }) => name));
  const from = await releaseBefore(local);
  const notice = (text: string): void => {
    reporter.report({ type: 'notice', text });
  };
  // Sound: the plugin's own schema returned it.
  const section = unopened.environment.sections['rehearse'] as Section | undefined;
  const release = options.release ?? section?.release;
  const driver = await runStep(local, { name: 'prepare this machine' }, () =>
    prepareMachine(options.driver ?? 'auto', release, notice),
  );
  const shape: HostShape = {
    ...(release !== undefined && { release }),
    ...(section?.memory !== undefined && { memory: section.memory }),
  };
  await claimStage(rehearsed, notice);
  return onOwnStage(local, rehearsed, (isKept) =>
    perform(local, { unopened, from, dump, isKept, driver, shape }),
  );
}

/** Does the work on a stage that is this process's own, and removes it in the end, however that comes. */
async function onOwnStage(
  { options }: Local,
  rehearsed: Rehearsed,
  work: (isKept: boolean) => Promise<number>,
): Promise<number> {
  const janitor = await startJanitor(rehearsed);
  let isKept = false;
  try {
    const code = await work(options.keep ?? false);
    isKept = options.keep ?? false;
    return code;
  } finally {
    const record = readRecord(rehearsed);
    if (isKept && record) {
      writeRecord(rehearsed, { ...record, isKept });
      await janitor.dismiss();
    } else {
      await removeStageHosts(rehearsed);
      await janitor.dismiss();
      removeRecord(rehearsed);
    }
  }
}

interface Performance {
  readonly unopened: UnopenedEnvironment;
  readonly from: RecordedRelease | undefined;
  readonly dump: string | undefined;
  readonly isKept: boolean;
  readonly driver: StageDriver;
  readonly shape: HostShape;
}

async function perform(
  local: Local,
  { unopened, from, dump, isKept, driver, shape }: Performance,
): Promise<number> {
  const { place, options, reporter } = local;
  const { environment, plugins, wanted } = unopened;
  const rehearsed = { environment: place.environment, workspace: place.workspace };
  const { folder } = pathsOf(rehearsed);
  // Sound: the plugin's own schema returned it.
  const section = environment.sections['rehearse'] as Section | undefined;
  const standIns = new StandIns({ wanted, said: section?.secrets ?? {} });
  const play = { rehearsed, environment, plugins, folder };
  const empty = await emptyStage(play);
  const about = { environment, plugins, standIns };
  // Errors in the files come before any host.
  const checked = await loadOnStage(local, { ...about, stage: empty, targets: new Map() });
  const set = await setStage(play, empty, {
    ...{ reporter, driver, shape },
    passwordOf: (name) => {
      const host = checked.environment.hosts.find((one) => one.name === name);
      return host?.sudoPassword?.secrets[0];
    },
  });
  const run = await loadOnStage(local, {
    ...about,
    stage: set.stage,
    targets: set.targets,
    nodeMirror: set.nodeMirror,
  });
  const success = await rehearseOn(run, { from, dump });
  const end = endOf(run, set, { unopened, success, isKept, withSecrets: options.withSecrets });
  reporter.report({ type: 'plugin', data: eventOf(end), text: describeEnd(end) });
  return success ? 0 : 1;
}

function dumpOf({ dump }: RehearseOptions, workspace: string): string | undefined {
  if (dump === undefined) return undefined;
  const file = resolve(workspace, dump);
  if (existsSync(file)) return file;
  throw new HintedError(`Cannot rehearse with the dump ${dump}: there is no such file`, {
    hint: 'make one: pg_dump --format=custom --file=prod.dump …',
  });
}

function refuseSandbox({ environment }: UnopenedEnvironment): void {
  if (!('sandbox' in environment.sections)) return;
  const { name } = environment;
  throw new HintedError(`Cannot rehearse ${name}: its hosts are disposable ones already`, {
    hint: `npx nx run ${name}:up, then provision and deploy`,
  });
}

async function isApproved({ options, place: { environment } }: Local): Promise<boolean> {
  if (options.yes) return true;
  return approve(`Put the real secrets of ${environment} on disposable hosts of this machine`, {
    message: `Cannot rehearse ${environment} with its secrets: it waits for approval, and there is no terminal to ask on`,
    hint: `to do it without asking: npx nx run ${environment}:rehearse --with-secrets --yes`,
  });
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
