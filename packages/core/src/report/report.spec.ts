import { describe, expect, it } from 'vitest';
import type { ReportEvent } from './event.js';
import { jsonReporter } from './json-reporter.js';
import { printableReporter } from './printable-reporter.js';
import { textReporter } from './text-reporter.js';

const events: readonly ReportEvent[] = [
  { type: 'started', command: 'provision', environment: 'prod', hosts: ['web'] },
  { type: 'connected', host: 'web', address: 'root@10.0.0.1:22', milliseconds: 212 },
  {
    type: 'plan',
    host: 'web',
    unchanged: 40,
    changes: [
      {
        address: 'file:/etc/motd',
        action: 'update',
        differences: [
          { kind: 'text', field: 'content', hunks: '-Hello\n+Good day\n' },
          { kind: 'value', field: 'mode', from: '0600', to: '0644' },
          { kind: 'hidden', field: 'env' },
        ],
      },
      {
        address: 'user:app',
        action: 'create',
        differences: [{ kind: 'value', field: 'shell', from: undefined, to: '/bin/sh' }],
      },
    ],
  },
  { type: 'step-started', host: 'web', name: 'file:/etc/motd' },
  { type: 'step-output', host: 'web', name: 'file:/etc/motd', line: '\u001b[31mwriting\u001b[0m' },
  { type: 'step-ended', host: 'web', name: 'file:/etc/motd', status: 'done', milliseconds: 31 },
  { type: 'step-ended', host: 'web', name: 'user:app', status: 'failed', milliseconds: 12_345 },
  { type: 'undo', host: 'web', name: 'link' },
  {
    type: 'failure',
    host: 'web',
    message: 'Cannot apply user:app: it ended with status 1',
    details: 'useradd: \u001b]0;owned\u0007no space\nleft\n',
  },
  {
    type: 'host-ended',
    host: 'web',
    outcome: 'failed',
    summary: '1 changed, 1 failed, 40 unchanged',
    hint: 'run plan again',
    milliseconds: 1300,
    traffic: { roundTrips: 2, bytesSent: 10, bytesReceived: 10 },
  },
  { type: 'ended', success: false, milliseconds: 1500 },
];

function printed(
  make: (write: (text: string) => void) => { report(event: ReportEvent): void },
): string {
  let text = '';
  const reporter = make((more) => (text += more));
  for (const event of events) reporter.report(event);
  return text;
}

describe('textReporter()', () => {
  it('shows events as lines for people', () => {
    expect(printed((write) => printableReporter(textReporter({ colours: false, write }))))
      .toMatchInlineSnapshot(`
      "provision prod: web
      connected to root@10.0.0.1:22 0.21 s
      ~ file:/etc/motd
          content:
            -Hello
            +Good day
          mode: 0600 → 0644
          env: differs (holds secrets, so not shown)
      + user:app  shell /bin/sh
      ✓ file:/etc/motd 0.03 s
      ✗ user:app 12.3 s
      ↩ undo link
      Cannot apply user:app: it ended with status 1
        │ useradd: no space
        │ left
      1 changed, 1 failed, 40 unchanged 1.30 s, 2 round trips
        → run plan again
      failed 1.50 s
      "
    `);
  });

  it('names the host in each line when there are several', () => {
    let text = '';
    const reporter = textReporter({ colours: false, write: (more) => (text += more) });
    reporter.report({
      type: 'started',
      command: 'plan',
      environment: 'prod',
      hosts: ['web-1', 'web-2'],
    });
    reporter.report({ type: 'failure', host: 'web-2', message: 'no', details: 'one\ntwo' });
    expect(text).toBe('plan prod: web-1, web-2\nweb-2  no\nweb-2    │ one\nweb-2    │ two\n');
  });

  it('says what to do below what failed, and below what the host said of it', () => {
    let text = '';
    const reporter = textReporter({ colours: false, write: (more) => (text += more) });
    reporter.report({ type: 'failure', message: 'no', hint: 'write\nyes' });
    reporter.report({ type: 'failure', message: 'no', details: 'one', hint: 'write yes' });
    expect(text).toBe('no\n  → write\n    yes\nno\n  │ one\n  → write yes\n');
  });

  it('names no host for a command of this machine and its steps', () => {
    let text = '';
    const reporter = textReporter({ colours: false, write: (more) => (text += more) });
    reporter.report({ type: 'started', command: 'down', environment: 'local', hosts: [] });
    reporter.report({ type: 'step-ended', name: 'root', status: 'done', milliseconds: 20 });
    expect(text).toBe('down local\n✓ root 0.02 s\n');
  });
});

describe('jsonReporter()', () => {
  it('writes one event a line', () => {
    const lines = printed((write) => jsonReporter(write))
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(events);
  });
});
