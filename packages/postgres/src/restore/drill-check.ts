import {
  applicationOf,
  judgedBy,
  type Check,
  type Finding,
  type PluginContext,
} from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import { isBackupHost } from '../backup/backup-host.js';
import { parseDrill, printDrill } from './drill-record.js';
import type { Section } from '../section/section.js';

const NAME = 'drill';

/** Days after which a drill proves too little: the application and its data have changed since. */
const OLD_DAYS = 45;

const DAY_MILLISECONDS = 86_400_000;

/** The last drill: on the host of the backups, when the environment has any. */
export function drillChecks(context: PluginContext<Section>): readonly Check[] {
  const { environment, section } = context;
  if (!section.backups || !isBackupHost(context)) return [];
  const { name } = applicationOf(environment);
  return [
    {
      name: NAME,
      layer: 'upkeep',
      read: sh`
        printf 'now %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
        ${printDrill(name)}`,
      ...judgedBy(judgeDrill, environment.name),
    },
  ];
}

/** Judges the record of the last drill, by the host's clock. Pure. */
export function judgeDrill(output: string, environment: string): Finding {
  const drill = parseDrill(output);
  const hint = `npx nx run ${environment}:db-drill`;
  if (!drill) {
    const text = 'none yet: nothing proves that a backup can be restored';
    return { name: NAME, level: 'warn', text, hint, data: {} };
  }
  const { backup, at, outcome, healthy } = drill;
  const now = Date.parse(/^now (.*)$/m.exec(output)?.[1] ?? '');
  const days = Math.floor((now - Date.parse(at)) / DAY_MILLISECONDS);
  const when = `${days < 1 ? 'today' : days === 1 ? 'yesterday' : `${String(days)} days ago`}, of ${backup}`;
  const about = { name: NAME, data: { ...drill, days } };
  if (outcome === 'failed') return { ...about, level: 'fail', text: `failed ${when}`, hint };
  if (outcome === 'unfinished') {
    return { ...about, level: 'warn', text: `began ${when}, and has not ended`, hint };
  }
  const asked = healthy ? 'the application was healthy with it' : 'the application was not asked';
  const text = `succeeded ${when}; ${asked}`;
  if (days > OLD_DAYS) return { ...about, level: 'warn', text, hint };
  return { ...about, level: 'ok', text };
}
