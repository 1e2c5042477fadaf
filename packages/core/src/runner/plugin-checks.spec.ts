import { expect, it } from 'vitest';
import { z } from 'zod';
import { sh } from '@fairness-deploy/shell';
import { definePlugin, type Plugin } from '../plugin/plugin.js';
import type { Check } from '../plugin/check.js';
import { exampleHost, exampleEnvironment } from '../testing/example.js';
import { exampleRun } from '../testing/example-run.js';
import { judge } from './judge-checks.js';
import { checksOf } from './plugin-checks.js';

const plugin = (section: string, checks: () => readonly Check[]): Plugin =>
  definePlugin({ section, schema: z.unknown(), checks });

const sound: Check = {
  name: 'well',
  layer: 'process',
  read: sh`:`,
  judge: () => [{ name: 'well', level: 'ok', text: 'active', data: {} }],
};

it('checksOf() and judge() report a plugin that fails, and the findings of the others', () => {
  const plugins = [
    plugin('broken', () => {
      throw new Error('boom');
    }),
    plugin('careless', () => [
      { name: 'nothing', layer: 'proxy', read: sh`:`, judge: () => undefined as never },
      {
        ...{ name: 'strict', layer: 'proxy', read: sh`:` },
        judge: () => {
          throw new Error('unexpected output');
        },
      },
    ]),
    plugin('sound', () => [sound]),
  ];
  const run = exampleRun({ environment: exampleEnvironment(), plugins, options: {} });
  const checks = checksOf(run, exampleHost).filter(({ section }) => section !== 'hosts');
  const outputs = checks.map(() => ({ output: '' }));
  expect(
    judge(checks, outputs).map(({ section, level, text }) => [...[section, level, text]]),
  ).toEqual([
    [
      ...['broken', 'fail'],
      'cannot be checked: Cannot use the plugin of the section "broken": its function "checks" failed: boom',
    ],
    ['careless', 'fail', expect.stringContaining('the check "nothing" failed')],
    ['careless', 'fail', expect.stringContaining('the check "strict" failed: unexpected output')],
    ['sound', 'ok', 'active'],
  ]);
});
