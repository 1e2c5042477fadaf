import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { describeExecutorOptions, parseExecutorOptions } from './parse-executor-options.js';
import { executorOptions, pluginExecutors } from '../plugin/plugin-executors.js';

const options = {
  on: { type: 'boolean', description: 'Switch it on.' },
  retryAfter: { type: 'number', description: 'Seconds.' },
  limit: { type: 'array', description: 'Only these hosts.' },
  json: { type: 'boolean', description: 'As JSON.', default: false },
} as const;

describe('parseExecutorOptions()', () => {
  const parse = (...args: readonly string[]) => parseExecutorOptions('try', options, args);

  it('reads options as Nx does, and defaults where nothing is said', () => {
    expect(parse('a', '--on', '--retry-after', '5', '--limit', 'b', 'c', '--limit=d')).toEqual({
      words: ['a', 'c'],
      options: { on: true, retryAfter: 5, limit: ['b', 'd'], json: false },
    });
    expect(parse()).toEqual({ words: [], options: { json: false } });
  });

  it('takes a value of an option that may be bare only behind "="', () => {
    const bare = { from: { type: 'string', bare: true, description: 'From one.' } } as const;
    const said = (...args: readonly string[]) => parseExecutorOptions('try', bare, args);
    expect(said('--from', 'prod')).toEqual({ words: ['prod'], options: { from: true } });
    expect(said('--from=one', 'prod')).toEqual({ words: ['prod'], options: { from: 'one' } });
    expect(said('prod')).toEqual({ words: ['prod'], options: {} });
    expect(describeExecutorOptions(bare)).toBe('  --from[=<text>]  From one.\n');
  });

  it.each([
    ['--jsn', 'Cannot run try: it has no option "--jsn"\n  → did you mean "--json"?'],
    ['--retry-afterwards=5', 'it has no option "--retry-afterwards"'],
    ['-v', 'it has no option "-v"\n  → fairness-deploy try --help'],
    ['--retry-after=soon', 'Cannot run try: --retry-after is a number, not "soon"'],
    ['--limit', "Option '--limit <value>' argument missing"],
    ['--on=no', "Option '--on' does not take an argument"],
  ])('refuses %s', (arg, message) => {
    expect(() => parse(arg)).toThrow(saying(message));
  });
});

it('describeExecutorOptions() has a line for each', () => {
  expect(describeExecutorOptions(options)).toBe(
    '  --on                    Switch it on.\n' +
      '  --retry-after <number>  Seconds.\n' +
      '  --limit <text>…         Only these hosts.\n' +
      '  --json                  As JSON.\n',
  );
});

it("pluginExecutors() knows those of this workspace's plugins", () => {
  const found = pluginExecutors(process.cwd());
  const maintenance = found.find(({ name }) => name === 'maintenance');
  expect(maintenance?.module).toMatch(/nginx\/dist\/nx\/executors\/maintenance\/executor\.js$/);
  expect(maintenance && Object.keys(executorOptions(maintenance))).toEqual([
    ...['on', 'off', 'limit', 'json'],
  ]);
});
