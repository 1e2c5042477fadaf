import { expect, it } from 'vitest';
import { parseIndexPath, releasesIn } from './node-index.js';

it('releasesIn() lists what a registry has, the newest first, with the names of lines', () => {
  const document = {
    versions: { '22.9.0': {}, '22.11.0': {}, '22.9.0-rc.1': {}, '16.20.2': {}, '99.0.0': {} },
    time: { '22.11.0': '2024-10-29T12:00:00.000Z', '22.9.0': '2024-09-17T12:00:00.000Z' },
  };
  expect(releasesIn(document, 'x64')).toEqual([
    { version: 'v99.0.0', date: '', files: ['linux-x64'], lts: false },
    { version: 'v22.11.0', date: '2024-10-29', files: ['linux-x64'], npm: '10.9.0', lts: 'Jod' },
    { version: 'v22.9.0', date: '2024-09-17', files: ['linux-x64'], npm: '10.8.3', lts: false },
    { version: 'v16.20.2', date: '', files: ['linux-x64'], npm: '8.19.4', lts: 'Gallium' },
  ]);
  expect(releasesIn({ error: 'not found' }, 'x64')).toEqual([]);
});

it('parseIndexPath() knows the two forms of the index', () => {
  expect(parseIndexPath('/index.json')).toBe('json');
  expect(parseIndexPath('/index.tab')).toBe('tab');
  expect(parseIndexPath('/v20.0.0/index.json')).toBeUndefined();
});
