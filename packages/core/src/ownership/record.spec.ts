import { describe, expect, it } from 'vitest';
import { parseRecord, recordedLine, recordName, type RecordedEntry } from './record.js';

const entries: readonly RecordedEntry[] = [
  { kind: 'file', name: '/etc/a b', sections: ['server'], origin: 'created' },
  { kind: 'package', name: 'curl', sections: ['nginx', 'release'], origin: 'found' },
  { kind: 'path', name: '/srv/shop', sections: [], origin: 'created', data: 'data' },
];

describe('a record', () => {
  it('is read as it was written', () => {
    const text = entries.map((entry) => `${recordedLine(entry)}\n`).join('');
    expect(parseRecord('prod@shop', text)).toEqual(entries);
  });

  it('has a name of its own for each environment', () => {
    const owner = { environment: 'prod', workspace: '@org/source' };
    expect(recordName({ ...owner, application: 'shop' })).toBe('prod@shop');
    expect(recordName(owner)).toBe('prod@@_org_source');
  });

  it.each([
    'file',
    'file\t/etc/a\tserver\t-\towned',
    'file\t/etc/a\tserver\t-\tcreated\tmore',
    '../x\t/etc/a\tserver\t-\tcreated',
    'file\t\tserver\t-\tcreated',
    'file\t/etc/a\t../server\t-\tcreated',
    'file\t/etc/\u001b[0m\tserver\t-\tcreated',
    'file\t/etc/a\tserver\tall\tcreated',
  ])('is refused with the line %j', (line) => {
    expect(() => parseRecord('prod@shop', `${line}\n`)).toThrow(
      'Cannot read what the environment "prod" owns on this host: /var/lib/fairness-deploy/owned/prod@shop has the line',
    );
  });
});
