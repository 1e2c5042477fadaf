import { describe, expect, it } from 'vitest';
import { settingsFor, steadyMemory, megabytesOf } from './memory.js';
import { memoryIn, namesIn, quoteSetting, sameValue, settingsText } from './settings-text.js';

describe('the settings of a server', () => {
  it('follow from its memory', () => {
    expect(settingsText(settingsFor(megabytesOf('2GB')), 2048)).toMatchInlineSnapshot(`
      "# Managed by fairness-deploy: changes made here are overwritten by the next provision.
      # For 2048 MB of memory.
      max_connections = '100'
      shared_buffers = '512MB'
      effective_cache_size = '1536MB'
      maintenance_work_mem = '128MB'
      work_mem = '5242kB'
      random_page_cost = '1.1'
      "
    `);
    expect(settingsFor(64)).toMatchObject({ shared_buffers: '32MB', work_mem: '1024kB' });
    expect(settingsFor(262_144)['maintenance_work_mem']).toBe('2048MB');
  });

  it('stay when the memory of the machine changes by a few megabytes', () => {
    expect(steadyMemory(2010, undefined)).toBe(2010);
    expect(steadyMemory(2010, 1980)).toBe(1980);
    expect(steadyMemory(4020, 1980)).toBe(4020);
    expect(memoryIn(settingsText({}, 1980))).toBe(1980);
  });

  it('are quoted as the server reads them', () => {
    expect(quoteSetting("it's \\ 'x'")).toBe("'it''s \\\\ ''x'''");
    expect(namesIn(settingsText({ a: '1', 'b.c': '2' }, undefined))).toEqual(['a', 'b.c']);
  });

  it.each([
    ['1024MB', '1GB', true],
    ['on', 'true', true],
    ['100', '100', true],
    ['500ms', '0.5s', true],
    ['100', '101', false],
    ['localhost', '127.0.0.1', false],
  ])('%s and %s: the same? %s', (one, other, same) => {
    expect(sameValue(one, other)).toBe(same);
  });
});
