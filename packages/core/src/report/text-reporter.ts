import { columns, withHint } from '@fairness-deploy/shell/text';
import type { Difference } from '../resource/difference.js';
import type { Action } from '../resource/resource.js';
import type { Outcome, ReportEvent, ReportedChange, Reporter } from './event.js';
import { describeLog, describeLogLine } from './log-line.js';
import { describeCause, describeCheck } from './describe-finding.js';
import { paint, type Paint, type TextStyle } from './paint.js';

export interface TextReporterOptions {
  readonly colours: boolean;
  readonly write: (text: string) => void;
}

const SIGN: Readonly<Record<Action, string>> = { create: '+', update: '~', remove: '-' };
const SIGN_COLOUR: Readonly<Record<Action, TextStyle>> = {
  create: 'green',
  update: 'yellow',
  remove: 'red',
};
const OUTCOME_COLOUR: Readonly<Record<Outcome, TextStyle>> = {
  unchanged: 'green',
  changed: 'yellow',
  pending: 'yellow',
  failed: 'red',
  unknown: 'red',
};

/**
 * Prints lines as events come, for people: on a terminal, in CI's log, in a file. Its input must be
 * printable, see printableReporter().
 */
export function textReporter({ colours, write }: TextReporterOptions): Reporter {
  const colour = (name: TextStyle, text: string): string => (colours ? paint(name, text) : text);
  let several = false;

  const line = (host: string | undefined, text: string): void => {
    const prefix = several && host !== undefined ? colour('dim', `${host}  `) : '';
    for (const one of text.split('\n')) write(`${prefix}${one}\n`);
  };

  const report = (event: ReportEvent): void => {
    switch (event.type) {
      case 'started':
        several = event.hosts.length > 1;
        line(
          undefined,
          [`${event.command} ${event.environment}`, event.hosts.join(', ')]
            .filter((part) => part !== '')
            .join(': '),
        );
        break;
      case 'connected':
        line(
          event.host,
          colour('dim', `connected to ${event.address} ${seconds(event.milliseconds)}`),
        );
        break;
      case 'facts':
        line(event.host, columns(Object.entries(event.facts), '  ').trimEnd());
        break;
      case 'plan':
        for (const change of event.changes) line(event.host, describeChange(change, colour));
        break;
      case 'step-ended':
        line(event.host, describeStep(event, colour));
        break;
      case 'undo':
        line(event.host, colour('yellow', `↩ undo ${event.name}`));
        break;
      case 'check':
        line(event.host, describeCheck(event, colour));
        break;
      case 'cause':
        line(event.host, describeCause(event, colour));
        break;
      case 'log':
        write(`${describeLog(event, several, colour)} ${describeLogLine(event, colour)}\n`);
        break;
      case 'plugin':
        if (event.text !== '') line(event.host, event.text);
        break;
      case 'notice':
        line(event.host, event.text);
        break;
      case 'failure':
        line(event.host, describeFailure(event, colour));
        break;
      case 'host-ended':
        line(
          event.host,
          withHint(
            `${colour(OUTCOME_COLOUR[event.outcome], event.summary)} ${colour('dim', cost(event))}`,
            event.hint,
          ),
        );
        break;
      case 'ended':
        line(
          undefined,
          `${event.success ? colour('green', 'done') : colour('red', 'failed')} ${seconds(event.milliseconds)}`,
        );
        break;
      case 'again':
        line(undefined, `\n${event.at}`);
        break;
      case 'step-started':
      case 'step-output':
        break;
    }
  };
  return { report };
}

function describeChange(change: ReportedChange, colour: Paint): string {
  const head = colour(SIGN_COLOUR[change.action], `${SIGN[change.action]} ${change.address}`);
  if (change.action !== 'create') {
    return [head, ...change.differences.map((one) => describeDifference(one, colour))].join('\n');
  }
  // All of it is new: the new values are enough.
  const values = change.differences.flatMap((one) =>
    one.kind === 'value' ? [`${one.field} ${shown(one.to)}`] : [],
  );
  return [
    values.length === 0 ? head : `${head}  ${colour('dim', values.join(', '))}`,
    ...change.differences
      .filter((one) => one.kind !== 'value')
      .map((one) => describeDifference(one, colour)),
  ].join('\n');
}

/** How one field differs, indented under its resource. */
function describeDifference(difference: Difference, colour: Paint): string {
  switch (difference.kind) {
    case 'hidden':
      return `    ${difference.field}: differs (holds secrets, so not shown)`;
    case 'text':
      return [
        `    ${difference.field}:`,
        ...difference.hunks
          .trimEnd()
          .split('\n')
          .map((text) => `      ${colour(diffColour(text), text)}`),
      ].join('\n');
    case 'value':
      return `    ${difference.field}: ${shown(difference.from)} → ${shown(difference.to)}`;
  }
}

function diffColour(text: string): TextStyle {
  if (text.startsWith('+')) return 'green';
  return text.startsWith('-') ? 'red' : 'dim';
}

function shown(value: string | undefined): string {
  return value === undefined || value === '' ? '(none)' : value;
}

function describeStep(event: Extract<ReportEvent, { type: 'step-ended' }>, colour: Paint): string {
  const time = colour('dim', seconds(event.milliseconds));
  const name = event.name;
  switch (event.status) {
    case 'done':
      return `${colour('green', '✓')} ${name} ${time}`;
    case 'failed':
      return `${colour('red', '✗')} ${name} ${time}`;
    case 'not-run':
      return colour('dim', `· ${name} not run`);
  }
}

function describeFailure(
  { message, details = '', hint }: Extract<ReportEvent, { type: 'failure' }>,
  colour: Paint,
): string {
  const text = colour('red', message);
  return withHint(details === '' ? text : `${text}\n${indent(details.trimEnd(), '  │ ')}`, hint);
}

function cost(event: Extract<ReportEvent, { type: 'host-ended' }>): string {
  const trips = event.traffic?.roundTrips;
  return [
    seconds(event.milliseconds),
    ...(trips === undefined ? [] : [`${String(trips)} round trip${trips === 1 ? '' : 's'}`]),
  ].join(', ');
}

function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((one) => by + one)
    .join('\n');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 9950 ? 2 : 1)} s`;
}
