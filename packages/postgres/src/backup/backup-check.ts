import { describeAge } from '@fairness-deploy/shell/text';
import {
  applicationOf,
  judgedBy,
  type Check,
  type Finding,
  type PluginContext,
} from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import type { Section } from '../section/section.js';
import { isBackupHost } from './backup-host.js';
import { backupFolder, timerName } from './paths.js';

const NAME = 'backup';
const START = 'start the backups';

/** Runs that are listed to find the longest pause between two: a week of `Mon..Fri 03:00`, a year of months. */
const ITERATIONS = 12;

/** The age of the newest backup, and how the last scheduled one ended; none without `backups`. */
export function backupChecks(context: PluginContext<Section>): readonly Check[] {
  const { backups } = context.section;
  if (!backups || !isBackupHost(context)) return [];
  const { name } = applicationOf(context.environment);
  const environment = context.environment.name;
  const unit = timerName(name);
  const read = sh`
    export TZ=UTC
    date -u '+now %Y-%m-%dT%H:%M:%SZ'
    sed -n '1s/^/last /p' ${backupFolder(name)}/last 2>/dev/null || :
    [ ! -e ${backupFolder(name)}/unsent ] || echo unsent
    systemctl show -p LoadState,ActiveState ${`${unit}.timer`}
    systemctl show -p Result,ExecMainStatus ${`${unit}.service`}
    ${backups.schedule === undefined ? sh`:` : sh`systemd-analyze calendar --iterations=${ITERATIONS} -- ${backups.schedule} 2>/dev/null || :`}`;
  const scheduled = backups.schedule !== undefined;
  return [
    {
      name: NAME,
      layer: 'upkeep',
      read,
      ...judgedBy(judgeBackup, { unit, scheduled, environment }),
      repairs: { [START]: sh`systemctl enable --now ${`${unit}.timer`}` },
    },
  ];
}

/** Judges the output of the check's script. Pure. */
export function judgeBackup(
  output: string,
  {
    unit,
    scheduled,
    environment,
  }: { readonly unit: string; readonly scheduled: boolean; readonly environment: string },
): Finding {
  const field = (name: string): string =>
    new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1]?.trim() ?? '';
  const now = Date.parse(/^now (\S+)$/m.exec(output)?.[1] ?? '');
  const [, id, created = '', bytes] = /^last (\S+) (\S+) (\d+)$/m.exec(output) ?? [];
  const age = (now - Date.parse(created)) / 1000;
  const data = {
    ...(id !== undefined && { newest: { id, created, bytes: Number(bytes), ageSeconds: age } }),
    ...(scheduled && { timer: field('ActiveState'), result: field('Result') }),
  };
  const about = (level: Finding['level'], text: string, hint?: string): Finding => ({
    ...{ name: NAME, level, text, data },
    ...(hint !== undefined && { hint }),
  });
  const newest =
    id === undefined ? 'there is no backup' : `the newest backup is ${describeAge(age)} old`;
  if (scheduled && (field('LoadState') !== 'loaded' || field('ActiveState') !== 'active')) {
    const text = `${unit}.timer does not run: nothing makes backups; ${newest}`;
    return { ...about('fail', text, `npx nx run ${environment}:provision`), repair: START };
  }
  if (scheduled && !['', 'success'].includes(field('Result'))) {
    const text = `the last scheduled backup failed (status ${field('ExecMainStatus')}); ${newest}`;
    return about('fail', text, `see why: journalctl -u ${unit}`);
  }
  if (id === undefined) return about('warn', newest, `npx nx run ${environment}:db-backup`);
  const distance = longestDistance(output);
  if (distance !== undefined && age > 2 * distance) {
    const text = `${newest}, more than twice the time between two of the schedule`;
    return about('fail', text, `see why: journalctl -u ${unit}`);
  }
  if (/^unsent$/m.test(output)) {
    const text = `${newest}, and the bucket lacks backups`;
    return about('warn', text, `npx nx run ${environment}:db-backup sends them, or says why not`);
  }
  return about('ok', newest);
}

/** The longest time between two runs that `systemd-analyze calendar` prints, in seconds. Debian 13's says Iteration. */
function longestDistance(output: string): number | undefined {
  const times = [
    ...output.matchAll(/^ *(?:Next elapse|Iter(?:\.|ation) #\d+): \w{3} (\S+) (\S+) UTC$/gm),
  ].map(([, day = '', time = '']) => Date.parse(`${day}T${time}Z`));
  const distances = times.slice(1).map((time, at) => (time - (times[at] ?? time)) / 1000);
  return distances.length === 0 ? undefined : Math.max(...distances);
}
