import { printable } from '@fairness-deploy/shell/text';
import type { ReportEvent, Reporter } from './event.js';
import { mapTexts } from './map-texts.js';

/**
 * The texts of several lines; all others are shown on one line, as a line break could forge the
 * next line.
 */
const BLOCKS = new Set(['text', 'message', 'details', 'hint', 'hunks']);

/**
 * A reporter for people that makes all events safe for a terminal: any text of an event may come
 * from a host. Reporters behind it need not escape anything.
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
