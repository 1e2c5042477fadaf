import { RecordCollector } from '@fairness-deploy/core/engine';
import { describe, expect, it } from 'vitest';
import { findCauses } from './find-causes.js';
import { checkRecord, LOCK_RECORD, type SettledCheck } from './watch-settings.js';

const NOW = new Date('2026-12-01T12:00:00Z');
const check = (section: string, name: string): SettledCheck => ({
  ...{ section, name, layer: 'proxy', judge: 'judgeIt', about: 'known' },
});
const judges = {
  nginx: {
    judgeIt: (output: string, about: unknown) =>
      output === 'closed'
        ? { name: 'maintenance page', level: 'warn', text: 'on', data: { on: true } }
        : {
            name: 'nginx',
            level: output === 'well' ? 'ok' : 'fail',
            text: `${output}, ${String(about)}`,
            data: {},
          },
  },
};

function recordsOf(outputs: Readonly<Record<string, string>>): RecordCollector {
  const records = new RecordCollector('mark');
  for (const [name, output] of Object.entries(outputs)) {
    records.push(Buffer.from(`\nmark begin ${name}\n${output}\nmark end ${name} 0\n`));
  }
  return records;
}

function find(output: string, lock = '', checks = [check('nginx', 'nginx')]) {
  const records = recordsOf({ [checkRecord(0)]: output, [LOCK_RECORD]: lock });
  const { causes, busy } = findCauses({ checks }, judges, records, NOW);
  return [...causes.map(({ text }) => text), ...(busy ? ['busy'] : [])];
}

describe('findCauses()', () => {
  it('judges by the function of the check, with what that knows', () => {
    expect(find('well')).toEqual([]);
    expect(find('does not run')).toEqual(['Cause: nginx: does not run, known']);
  });

  it('says that a check cannot be made: without an answer, or without its function', () => {
    const records = recordsOf({});
    const { causes } = findCauses({ checks: [check('nginx', 'nginx')] }, judges, records, NOW);
    expect(causes.map(({ text }) => text)).toEqual(['Cause: nginx: cannot be checked: no answer']);
    expect(find('well', '', [check('other', 'thing')]).join()).toContain('cannot be checked');
  });

  it('is busy while a job changes the host, for an hour, and behind the maintenance page', () => {
    const job = (since: string): string => `deploy\nana\n${since}\n7\nheld\n`;
    expect(find('well', job('2026-12-01T11:30:00Z'))).toEqual(['busy']);
    expect(find('well', job('2026-12-01T10:30:00Z'))).toEqual([]);
    expect(find('closed')).toEqual(['busy']);
  });
});
