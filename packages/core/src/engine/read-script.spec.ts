import { execFileSync } from 'node:child_process';
import { HintedError } from '@fairness-deploy/shell/text';
import { sh } from '@fairness-deploy/shell';
import { expect, it } from 'vitest';
import { defineResource } from '../resource/define-resource.js';
import type { Probe } from '../resource/probe.js';
import { planFrom } from './plan.js';
import { readScript } from './read-script.js';
import { RecordCollector } from './record-collector.js';

const probe: Probe = { ask: (subjects) => sh`fd_answers=${subjects.join('+')}` };

const answers = defineResource<{ name: string }, { answers: string }>({
  type: 'answers',
  name: ({ name }) => name,
  questions: ({ name }) => [{ probe, subject: name }],
  read: () => sh`printf %s "$fd_answers"`,
  parse: (output) => ({ answers: output }),
  desired: () => ({ answers: 'a+b' }),
  write: () => sh`false`,
});

it('readScript() asks once for all resources what several of them ask', () => {
  const resources = ['a', 'b', 'a'].map((name) => answers({ name }));
  const records = new RecordCollector('n');
  records.push(execFileSync('dash', ['-c', readScript('n', resources).reveal()]));
  expect(planFrom(records, resources)).toMatchObject({ resources, changes: [], unreadable: [] });
});

it('readScript() runs a read that has been replaced', () => {
  const replaced = { ...answers({ name: 'a' }), read: sh`printf a+b` };
  const records = new RecordCollector('n');
  records.push(execFileSync('dash', ['-c', readScript('n', [replaced]).reveal()]));
  expect(planFrom(records, [replaced]).changes).toEqual([]);
});

it('a resource can be read by itself, with its own questions alone', () => {
  const resource = answers({ name: 'a+b' });
  const output = execFileSync('dash', ['-c', resource.read.reveal()], { encoding: 'utf8' });
  expect(resource.plan(output)).toBeUndefined();
});

it('planFrom() keeps what a refusal says to do', () => {
  const resource = {
    ...answers({ name: 'a' }),
    plan: () => {
      throw new HintedError('Cannot change a: it is in use', { hint: 'stop it' });
    },
  };
  const records = new RecordCollector('n');
  records.push(execFileSync('dash', ['-c', readScript('n', [resource]).reveal()]));
  expect(planFrom(records, [resource]).unreadable).toEqual([
    { resource, reason: 'Cannot change a: it is in use', hint: 'stop it' },
  ]);
});
