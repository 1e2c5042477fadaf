import { printable } from '@fairness-deploy/shell/text';
import type { ReportEvent, Reporter } from './event.js';
import { mapTexts } from './map-texts.js';

/** What has several lines; all else is shown on one, where a line break could forge the next. */
const BLOCKS = new Set(['text', 'message', 'details', 'hint', 'hunks']);

/**
 * A reporter for people, which makes all that is reported safe for a terminal: any text of an event may
 * come from a host. What shows events need not think of it.
 */
export function printableReporter(reporter: Reporter): Reporter {
  return {
    report: (event) => {
      // Sound: texts become texts, and the words and keys that are ours are printable.
      reporter.report(mapTexts(event, { text: safe, key: oneLine }) as ReportEvent);
    },
  };
}

function safe(text: string, key: string): string {
  return BLOCKS.has(key) ? printable(text) : oneLine(text);
}

function oneLine(text: string): string {
  return printable(text).replaceAll('\n', ' ');
}
