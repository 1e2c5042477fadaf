import { causeEvent, causesOf, describeCause, judge } from '@fairness-deploy/core/commands';
import { outputIn, parseHolder, type RecordCollector } from '@fairness-deploy/core/engine';
import type { Finding } from '@fairness-deploy/core';
import { checkRecord, LOCK_RECORD, type Judges, type WatchSettings } from './watch-settings.js';

/** A failure that no other failure explains. */
export interface FoundCause {
  /** What fails: the same as long as it does. */
  readonly subject: string;
  /** As doctor prints it. */
  readonly text: string;
  /** As doctor's events have it. */
  readonly data: object;
}

/** What the host is like. */
export interface Found {
  readonly causes: readonly FoundCause[];
  /** Why a new failure may be meant, or passes by itself: a job changes the host, or the maintenance page is on. */
  readonly busy: boolean;
}

/** A job that holds the lock for longer excuses nothing. */
const JOB_MINUTES = 60;

/** Judges what was read, by the words of doctor. */
export function findCauses(
  { checks }: Pick<WatchSettings, 'checks'>,
  judges: Judges,
  records: RecordCollector,
  now: Date,
): Found {
  const judged = checks.map(({ section, name, layer, judge: rule, about }) => ({
    section,
    check: {
      name,
      layer,
      judge: (output: string) => call(judges, { section, rule }, output, about),
    },
  }));
  const findings = judge(
    judged,
    checks.map((_, at) => outputIn(records, checkRecord(at))),
  );
  const failed = findings.filter(({ level }) => level === 'fail');
  const causes = causesOf(failed).map((cause): FoundCause => {
    const event = causeEvent(cause);
    return {
      subject: `${event.section} ${event.name}`,
      text: describeCause(event, (_style, text) => text),
      data: event,
    };
  });
  const holder = parseHolder(records.get(LOCK_RECORD)?.output ?? '');
  const since = Date.parse(holder?.since ?? '');
  const hasJob = holder !== undefined && !(now.getTime() - since > JOB_MINUTES * 60_000);
  const isClosed = findings.some(
    ({ section, name, data }) =>
      section === 'nginx' && name === 'maintenance page' && data['on'] === true,
  );
  return { causes, busy: hasJob || isClosed };
}

function call(
  judges: Judges,
  { section, rule }: { readonly section: string; readonly rule: string },
  output: string,
  about: unknown,
): readonly Finding[] {
  const judging = judges[section]?.[rule];
  if (!judging) throw new Error(`there is no function ${rule} of ${section}`);
  // Sound: it is the function of a check, and core judges what it returns.
  return [judging(output, about)].flat() as readonly Finding[];
}
