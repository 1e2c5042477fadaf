import { expect, it } from 'vitest';
import type { Layer } from '../plugin/layer.js';
import { causesOf, type HostFinding } from './causes.js';

function failing(layer: Layer, host?: string, level: HostFinding['level'] = 'fail'): HostFinding {
  const common = { section: 's', name: layer, level, text: 'fails', data: {}, layer };
  return host === undefined ? common : { ...common, host };
}

const causes = (...findings: readonly HostFinding[]): unknown =>
  causesOf(findings).map(({ finding, explains }) => [
    finding.layer,
    explains.map(({ layer }) => layer),
  ]);

it.each<[string, readonly HostFinding[], unknown]>([
  [
    'nothing fails, and nothing that requests need warns',
    [failing('upkeep', 'web', 'warn'), failing('process', 'web', 'ok')],
    [],
  ],
  [
    'warnings, when nothing fails',
    [failing('process', 'web', 'warn'), failing('machine', 'web', 'warn')],
    [['machine', ['process']]],
  ],
  [
    'no warning beside a failure',
    [failing('process', 'web'), failing('machine', 'web', 'warn')],
    [['process', []]],
  ],
  [
    'the database explains the process, and that what the client gets',
    [failing('answer'), failing('process', 'web'), failing('database', 'web')],
    [['database', ['answer', 'process']]],
  ],
  [
    'the server on another host explains the database',
    [failing('database', 'web'), failing('service', 'db')],
    [['service', ['database']]],
  ],
  [
    'another host explains nothing else',
    [failing('process', 'web'), failing('machine', 'worker')],
    [
      ['machine', []],
      ['process', []],
    ],
  ],
  [
    'two that are independent, the most fundamental first',
    [failing('proxy', 'web'), failing('supervision', 'web'), failing('answer')],
    [
      ['supervision', ['answer']],
      ['proxy', ['answer']],
    ],
  ],
  [
    'upkeep explains nothing',
    [failing('upkeep', 'web'), failing('answer')],
    [
      ['answer', []],
      ['upkeep', []],
    ],
  ],
])('causesOf(): %s', (_, findings, expected) => {
  expect(causes(...findings)).toEqual(expected);
});
