import { withHint } from '@fairness-deploy/shell/text';
import type { Level } from '../plugin/check.js';
import type { ReportEvent } from './event.js';
import type { Paint, TextStyle } from './paint.js';

const LEVELS: Readonly<Record<Level, { readonly sign: string; readonly style: TextStyle }>> = {
  ok: { sign: '✓', style: 'green' },
  warn: { sign: '!', style: 'yellow' },
  fail: { sign: '✗', style: 'red' },
};

/** A finding for people. */
export function describeCheck(
  event: Extract<ReportEvent, { type: 'check' }>,
  colour: Paint,
): string {
  const { sign, style } = LEVELS[event.level];
  return withHint(`${colour(style, sign)} ${found(event)}`, event.hint, '    ');
}

/** The cause of failures for people, with those that it may explain. */
export function describeCause(
  event: Extract<ReportEvent, { type: 'cause' }>,
  colour: Paint,
): string {
  const word = event.level === 'fail' ? 'Cause:' : 'Look at:';
  const cause = `${colour(LEVELS[event.level].style, word)} ${found(event)}`;
  const { explains } = event;
  const all =
    explains.length === 0
      ? cause
      : [cause, '    It may explain:', ...explains.map((one) => `      ${one}`)].join('\n');
  return withHint(all, event.hint, '    ');
}

/** What was found about a subject, with the lines that show it. */
function found({
  section,
  name,
  text,
  evidence = [],
}: Extract<ReportEvent, { type: 'check' | 'cause' }>): string {
  const subject = name === section ? section : `${section} ${name}`;
  const all = `${subject}: ${text.trimEnd()}`.replaceAll('\n', '\n    ');
  return [all, ...evidence.map((line) => `    │ ${line}`)].join('\n');
}
