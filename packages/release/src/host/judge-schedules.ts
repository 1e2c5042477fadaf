import type { Finding } from '@fairness-deploy/core';
import { unitName } from '../scheduled-jobs/scheduled-job.js';
import { WRONG_UNITS, wrongUnitsIn, type WrongUnit } from '../scheduled-jobs/wrong-units.js';
import { parseSchedules, type Begun, type Run } from './schedule-output.js';

/** What the environment says of the scheduled jobs of a host. */
export interface KnownSchedules {
  readonly environment: string;
  readonly application: string;
  /** The hosts that have those by now that this one does not. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

/** Judges the output of the check of scheduled jobs. Pure. */
export function judgeSchedules(
  output: string,
  { environment, application, elsewhere: moved }: KnownSchedules,
): readonly Finding[] {
  const found = parseSchedules(output);
  const { jobs, running, live } = found;
  const wrong = wrongUnitsIn(output).map(
    ({ unit, what }) => [jobOf(unit, application), what] as const,
  );
  const known = jobs.map(({ name }) => name);
  const others = [...wrong.map(([job]) => job), ...running.keys()];
  const wrongOf = (job: string): WrongUnit | undefined => wrong.find(([one]) => one === job)?.[1];
  const hint = (command: string): string => `npx nx run ${environment}:${command}`;
  const judged = [
    ...jobs.map((job): [string, Judged] => {
      const { name } = job;
      const elsewhere = Object.hasOwn(moved, name) ? moved[name] : undefined;
      const [run, was, next] = [running.get(name), found.last.get(name), found.next.get(name)];
      const state = { name, run, was, next, live };
      const about = judgeJob({
        ...state,
        elsewhere,
        wrong: wrongOf(name),
        cut: found.cut.get(name),
      });
      const data = { at: job.at, ...dataOf(state) };
      const text = [about.text ?? [], describeJob(state)].flat().join('; ');
      return [name, { ...about, text, data }];
    }),
    ...[...new Set(others)]
      .filter((name) => !known.includes(name))
      .map((name): [string, Judged] => [name, judgeOther(running.get(name), wrongOf(name))]),
  ];
  return judged.map(([name, { level, text = '', command, data }]) => ({
    ...{ name: `scheduled job ${name}`, level, text, data: { schedule: name, ...data } },
    ...(command !== undefined && { hint: hint(command) }),
  }));
}

interface Judged {
  readonly level: Finding['level'];
  readonly text?: string;
  /** An Nx target of the environment, with its options. */
  readonly command?: string;
  readonly data?: object;
}

/** The runs of a scheduled job of the live release. */
interface Runs {
  readonly name: string;
  readonly run: Begun | undefined;
  readonly was: Run | undefined;
  readonly next: number | undefined;
  readonly live: string;
}

interface Known extends Runs {
  readonly wrong: WrongUnit | undefined;
  readonly cut: Begun | undefined;
  /** The host that has it by now. */
  readonly elsewhere: string | undefined;
}

function judgeJob({ name, wrong, cut, was, run, next, live, elsewhere }: Known): Judged {
  if (wrong !== undefined) {
    return { level: 'fail', text: `its unit: ${WRONG_UNITS[wrong]}`, command: 'provision' };
  }
  const command = `logs --source ${name}`;
  // A run of an earlier release says nothing about this one, but somebody should know.
  const badly = (release: string): Judged['level'] => (release === live ? 'fail' : 'warn');
  if (cut && cut.started > (was?.started ?? 0)) {
    const text = `the run of ${iso(cut.started)} was cut off, such as by a reboot`;
    return { level: badly(cut.release), text, command };
  }
  if (was && was.result !== 'success') return { level: badly(was.release), command };
  if (elsewhere !== undefined) {
    const text = `by now, the environment has it on ${elsewhere}: both hosts may run it`;
    return { level: 'warn', text, command: 'deploy' };
  }
  return { level: next === undefined && !run ? 'warn' : 'ok' };
}

/** A scheduled job that the live release does not have. */
function judgeOther(run: Begun | undefined, wrong: WrongUnit | undefined): Judged {
  const data = runningOf(run);
  if (wrong !== undefined) {
    return { level: 'warn', text: WRONG_UNITS[wrong], command: 'provision', data };
  }
  const runs = run ? `running since ${iso(run.started)} in the release ${run.release}; ` : '';
  return { level: 'ok', text: `${runs}the live release has no such scheduled job`, data };
}

function describeJob({ run, was, next, live }: Runs): readonly string[] {
  return [
    ...(run ? [`running since ${iso(run.started)}${of(run.release, live)}`] : []),
    next === undefined ? 'no next run' : `next run ${iso(next)}`,
    was ? describeRun(was, live) : 'never run yet',
  ];
}

function describeRun(run: Run, live: string): string {
  const { started, ended, timeout, code, status, release } = run;
  const result = resultOf(run);
  const how = {
    success: `ok, in ${String(ended - started)} s`,
    timeout: `timed out after ${String(timeout)} s`,
    'oom-kill': 'failed: the kernel ended it, for lack of memory',
    'exit-code': `failed with exit status ${status}`,
  }[result];
  const ending = code === 'killed' || code === 'dumped' ? `ended by SIG${status}` : result;
  return `last run ${iso(started)}: ${how ?? `failed: ${ending}`}${of(release, live)}`;
}

/** timeout(1) ends itself by SIGKILL when SIGTERM was not enough. */
function resultOf({ started, ended, timeout, result, status }: Run): string {
  const timedOut = ended - started >= timeout && (status === '124' || status === 'KILL');
  return timedOut ? 'timeout' : result;
}

function dataOf({ run, was, next }: Runs): object {
  return {
    ...(next !== undefined && { next: iso(next) }),
    ...runningOf(run),
    ...(was && { last: lastOf(was) }),
  };
}

function runningOf(run: Begun | undefined): object {
  return run ? { running: { release: run.release, since: iso(run.started) } } : {};
}

function lastOf(run: Run): object {
  const { release, started, ended, code, status } = run;
  return { release, started: iso(started), ended: iso(ended), result: resultOf(run), code, status };
}

/** A release, unless it is the live one. */
function of(release: string, live: string): string {
  return release === live ? '' : `, in the release ${release}`;
}

function jobOf(unit: string, application: string): string {
  return unit.slice(unitName(application, '').length).replace(/\.(?:service|timer)$/, '');
}

function iso(seconds: number): string {
  return Number.isSafeInteger(seconds)
    ? new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
    : 'unknown';
}
