import { Secret } from '@fairness-deploy/secrets';
import { describe, expect, it } from 'vitest';
import type { ReportEvent } from './event.js';
import { masking, maskingReporter } from './masking-reporter.js';

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

  it('leaves numbers, names and very short values alone', () => {
    const event = { type: 'ended', success: true, milliseconds: 1 } as const;
    expect(shown(event, 'ended', '1')).toEqual(event);
    expect(shown({ type: 'notice', text: 'a b c' }, 'a')).toEqual({
      type: 'notice',
      text: 'a b c',
    });
  });
});
