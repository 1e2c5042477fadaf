import { Secret } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import type { ReportEvent } from './event.js';
import { masking, maskingReporter } from './masking-reporter.js';
import { textReporter } from './text-reporter.js';

function shown(event: ReportEvent, ...values: readonly string[]): ReportEvent | undefined {
  const events: ReportEvent[] = [];
  const secrets = values.map((value) => new Secret('token', value));
  maskingReporter({ report: (one) => void events.push(one) }, masking(secrets)).report(event);
  return events[0];
}

describe('maskingReporter()', () => {
  it('shows no secret that a host prints', () => {
    const details = 'boom: token is s3cr$t`"Zz\nand again s3cr$t`"Zz';
    expect(shown({ type: 'failure', message: 'Cannot start', details }, 's3cr$t`"Zz')).toEqual({
      type: 'failure',
      message: 'Cannot start',
      details: 'boom: token is ***\nand again ***',
    });
  });

  it.each([
    ['coloured', '\u001b[01;31m\u001b[Ks3cr\u001b[m\u001b[Ket-one'],
    ['with characters that nobody sees', 's3\u0000cr\u0007et\u200e-one'],
  ])('shows none that is %s', (_, printed) => {
    const text = `${printed} it is, \u001b[1mbold\u001b[m`;
    expect(shown({ type: 'notice', text }, 's3cret-one')).toEqual({
      type: 'notice',
      text: '*** it is, bold',
    });
    expect(shown({ type: 'notice', text: '\u001b[1mbold' }, 's3cret-one')).toMatchObject({
      text: '\u001b[1mbold',
    });
  });

  it('knows the lines of a secret that has several', () => {
    const event = {
      type: 'step-output',
      host: 'web',
      name: 'build',
      line: '  MIIEvQIBADAN',
    } as const;
    expect(shown(event, '-----BEGIN-----\nMIIEvQIBADAN\n-----END-----\n')).toMatchObject({
      line: '  ***',
    });
  });

  it('masks the longer of two secrets of which one begins the other', () => {
    expect(shown({ type: 'notice', text: 'abcdefgh' }, 'abcd', 'abcdefgh')).toMatchObject({
      text: '***',
    });
  });

  it('leaves numbers, keys and very short values alone', () => {
    const event = { type: 'ended', success: true, milliseconds: 1234 } as const;
    expect(shown(event, 'ended', 'success', '1234')).toEqual(event);
    expect(shown({ type: 'notice', text: 'a b c' }, 'a')).toEqual({
      type: 'notice',
      text: 'a b c',
    });
  });

  it('leaves the words that programs go by alone, where they stand for themselves', () => {
    const event = {
      type: 'plan',
      host: 'update',
      changes: [
        {
          address: 'file:/etc/update',
          action: 'update',
          differences: [{ kind: 'text', field: 'content', hunks: '-text\n+update' }],
        },
      ],
      unchanged: 0,
    } as const;
    expect(shown(event, 'update', 'text', 'plan')).toEqual({
      ...event,
      changes: [
        {
          address: 'file:/etc/***',
          action: 'update',
          differences: [{ kind: 'text', field: 'content', hunks: '-***\n+***' }],
        },
      ],
    });
    const started = { type: 'started', command: 'plan', environment: 'prod', hosts: ['web1'] };
    expect(shown(started as ReportEvent, 'plan', 'prod', 'web1')).toEqual(started);
    expect(
      shown(
        { type: 'facts', host: 'web1', facts: { host: 'web1', status: 'done' } },
        'web1',
        'done',
      ),
    ).toEqual({ type: 'facts', host: 'web1', facts: { host: '***', status: '***' } });
  });

  it('masks the data of checks and of plugins, its keys too', () => {
    const mask = masking([new Secret('name', 'done-secret')]);
    const data = { command: 'done-secret', deep: { status: 'done-secret', 'done-secret': 1 } };
    expect(mask({ type: 'check', name: 'a', level: 'ok', text: '', data })).toEqual({
      ...{ type: 'check', name: 'a', level: 'ok', text: '' },
      data: { command: '***', deep: { status: '***', '***': 1 } },
    });
  });

  it('lets people read what happened, whatever word is a secret', () => {
    let text = '';
    const secrets = ['done', 'changed', 'step-ended'].map((value) => new Secret('token', value));
    const reporter = maskingReporter(
      textReporter({ colours: false, write: (more) => void (text += more) }),
      masking(secrets),
    );
    const ended = { host: 'web1', name: 'it is done', milliseconds: 10 };
    reporter.report({ type: 'step-ended', ...ended, status: 'done' });
    reporter.report({ type: 'host-ended', ...ended, outcome: 'changed', summary: '1 changed' });
    expect(text).toBe('✓ it is *** 0.01 s\n1 *** 0.01 s\n');
  });
});
