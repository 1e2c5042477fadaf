import { describe, expect, it } from 'vitest';
import { describeExecutorOptions, parseExecutorOptions } from './parse-executor-options.js';
import { pluginExecutors } from './plugin-executors.js';

const options = {
  on: { type: 'boolean', description: 'Switch it on.' },
  retryAfter: { type: 'number', description: 'Seconds.' },
  limit: { type: 'array', description: 'Only these hosts.' },
} as const;

describe('parseExecutorOptions()', () => {
  it('reads options as Nx does', () => {
    const args = ['--on', '--retry-after', '5', '--limit', 'a', '--limit=b'];
    expect(parseExecutorOptions({ options }, args)).toEqual({
      on: true,
      retryAfter: 5,
      limit: ['a', 'b'],
    });
    expect(parseExecutorOptions({ options }, [])).toEqual({});
  });

  it.each([['--of'], ['surplus'], ['--limit']])('refuses %s', (arg) => {
    expect(() => parseExecutorOptions({ options }, [arg])).toThrow(TypeError);
  });
});

it('describeExecutorOptions() has a line for each', () => {
  expect(describeExecutorOptions(options)).toBe(
    '  --on                    Switch it on.\n' +
      '  --retry-after <number>  Seconds.\n' +
      '  --limit <text>          Only these hosts.\n',
  );
});

it("pluginExecutors() knows those of this workspace's plugins", () => {
  const found = pluginExecutors(process.cwd());
  const maintenance = found.find(({ name }) => name === 'maintenance');
  expect(Object.keys(maintenance?.options ?? {})).toEqual(['on', 'off', 'limit', 'json']);
  expect(maintenance?.module).toMatch(/nginx\/dist\/executors\/maintenance\/executor\.js$/);
});
