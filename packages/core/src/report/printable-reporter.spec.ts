import { describe, expect, it } from 'vitest';
import type { ReportEvent } from './event.js';
import { reporterFor } from './reporter-for.js';

/** What steers a terminal: its title, its clipboard, its screen, 8-bit CSI, the direction of text; and a line of its own. */
const EVIL =
  'a\u001b]0;PWNED\u0007\u001b]52;c;eA==\u001b\\\u001b[2J\u009b2J\u202e\u061c\u200b\r\nforged\u001b[1A';

/** An event of each type, all texts of which a host has made. A type that is missing here does not compile. */
const EVENTS: { readonly [Type in ReportEvent['type']]: Extract<ReportEvent, { type: Type }> } = {
  started: { type: 'started', command: 'deploy', environment: 'prod', hosts: [EVIL] },
  connected: { type: 'connected', host: EVIL, address: EVIL, milliseconds: 1 },
  facts: { type: 'facts', host: EVIL, facts: { [EVIL]: EVIL } },
  plan: {
    ...{ type: 'plan', host: EVIL, unchanged: 1 },
    changes: [
      {
        address: `file:${EVIL}`,
        action: 'update',
        differences: [
          { kind: 'value', field: EVIL, from: EVIL, to: EVIL },
          { kind: 'text', field: EVIL, hunks: `+${EVIL}` },
          { kind: 'hidden', field: EVIL },
        ],
      },
    ],
  },
  'step-started': { type: 'step-started', host: EVIL, name: EVIL },
  'step-output': { type: 'step-output', host: EVIL, name: EVIL, line: EVIL },
  'step-ended': {
    ...{ type: 'step-ended', host: EVIL, name: EVIL, status: 'failed', milliseconds: 1 },
  },
  undo: { type: 'undo', host: EVIL, name: EVIL },
  check: {
    ...{ type: 'check', host: EVIL, section: EVIL, name: EVIL, level: 'fail' },
    ...{ layer: 'process', text: EVIL, evidence: [EVIL], hint: EVIL, repair: EVIL },
    data: { [EVIL]: EVIL },
  },
  cause: {
    ...{ type: 'cause', host: EVIL, section: EVIL, name: EVIL, layer: 'process', level: 'fail' },
    ...{ text: EVIL, evidence: [EVIL], hint: EVIL, explains: [EVIL] },
  },
  again: { type: 'again', at: EVIL },
  log: { type: 'log', host: EVIL, section: EVIL, source: EVIL, line: EVIL },
  plugin: {
    ...{ type: 'plugin', host: EVIL, text: EVIL },
    data: { type: 'history', host: EVIL, records: [{ release: EVIL, phases: { [EVIL]: 1 } }] },
  },
  notice: { type: 'notice', host: EVIL, text: EVIL },
  failure: { type: 'failure', host: EVIL, message: EVIL, details: EVIL, hint: EVIL },
  'host-ended': {
    ...{ type: 'host-ended', host: EVIL, outcome: 'failed', summary: EVIL, milliseconds: 1 },
    hint: EVIL,
  },
  ended: { type: 'ended', success: false, milliseconds: 1 },
};

/** Our own colours, what erases the line of the live view, and the screen of `--watch`. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const OURS = /\u001b\[\d*(?:;\d+)*m|\r\u001b\[K|\u001b\[2J\u001b\[H/g;
// eslint-disable-next-line no-control-regex -- as above
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b\u202a-\u202e]/;

function reported(json: boolean, isTTY: boolean, events: readonly ReportEvent[]): string {
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const reporter = reporterFor(json, { isTTY, columns: 200, write }, { FORCE_COLOR: '1' });
  for (const event of events) reporter.report(event);
  return written;
}

describe.each([
  ['on a terminal', false, true],
  ['elsewhere', false, false],
  ['as JSON', true, false],
])('a report %s', (_, json, isTTY) => {
  it.each(Object.entries(EVENTS))('lets nothing of a host steer a terminal: %s', (type, event) => {
    // Several hosts: then a host's name stands before each line.
    const started = { ...EVENTS.started, hosts: [EVIL, EVIL] };
    const begun: ReportEvent[] =
      type === 'step-output' ? [started, EVENTS['step-started']] : [started];
    const written = reported(json, isTTY, [...begun, event, EVENTS.ended]);
    expect(written.replaceAll(OURS, '')).not.toMatch(STEERING);
    expect(written).not.toContain('PWNED\u0007');
  });
});

it('a report shows a name from a host on one line', () => {
  const ended = { ...EVENTS['host-ended'], hint: 'deploy again' };
  const lines = reported(false, false, [EVENTS.undo, ended, EVENTS['step-ended']]);
  expect(lines.split('\n').filter((line) => line.includes('forged'))).toHaveLength(3);
  expect(lines).not.toMatch(/^forged/m);
});

it('a report as JSON loses nothing', () => {
  const [line = ''] = reported(true, false, [EVENTS.notice]).split('\n');
  expect(JSON.parse(line)).toEqual(EVENTS.notice);
});
