import { sh } from '@fairness-deploy/shell';
import { expect, it } from 'vitest';
import { byFact, type ByFact } from './by-fact.js';
import { defineResource, type ResourceOptions } from './define-resource.js';
import { ProbingScript, type Probe } from './probe.js';
import type { Resource } from './resource.js';

const probe: Probe = { ask: (subjects) => sh`echo asked ${subjects}` };

const limit = defineResource<{ readonly value: string }, { readonly value: string }>({
  type: 'limit',
  name: () => 'files',
  read: () => sh`cat /proc/sys/fs/file-max`,
  parse: (output) => ({ value: output.trim() }),
  desired: ({ value }) => ({ value }),
  write: ({ value }) => sh`echo ${value} >/proc/sys/fs/file-max`,
});
const probing = defineResource<{ readonly value: string }, { readonly value: string }>({
  type: 'limit',
  name: () => 'files',
  questions: () => [{ probe, subject: 'files' }],
  read: () => sh`echo read`,
  parse: (output) => ({ value: output.trim() }),
  desired: ({ value }) => ({ value }),
  write: () => sh`:`,
});

/** A text with the number of processors. */
const spec = (factor = 2): ByFact => ({
  fact: sh`nproc`,
  resource: (fact, options) => limit({ value: `${String(factor)} x ${fact}` }, options),
});
const make = (factor?: number, options?: ResourceOptions): Resource =>
  byFact(spec(factor), options);

it('plans for the fact that was found', () => {
  const resource = make();
  expect(resource.address).toBe('limit:files');
  expect(resource.read.reveal()).toContain('nproc');
  expect(resource.plan('4\n2 x 4\n')).toBeUndefined();
  const change = resource.plan('2\n2 x 4\n');
  expect(change?.differences).toEqual([
    { kind: 'value', field: 'value', from: '2 x 4', to: '2 x 2' },
  ]);
  expect(change?.apply.reveal()).toContain("echo '2 x 2'");
  // Nothing but the fact: the resource is absent.
  expect(resource.plan('4\n')?.action).toBe('create');
});

it('asks for the fact after the questions, whose answers it may use', () => {
  const { read } = byFact({
    fact: sh`nproc`,
    resource: (value, options) => probing({ value }, options),
  });
  if (!(read instanceof ProbingScript)) throw new Error('it has no questions');
  expect(read.questions).toEqual([{ probe, subject: 'files' }]);
  expect(read.rest.reveal()).toMatch(/^\s*fd_fact=\$\(nproc\)[^]*echo read$/);
});

it('is equal to one that decides alike', () => {
  expect(make().equals(make())).toBe(true);
  expect(make().equals(make(3))).toBe(false);
  const other = byFact({ ...spec(), fact: sh`echo 2` });
  expect(make().equals(other)).toBe(false);
  expect(make().equals(limit({ value: '0' }))).toBe(false);
});

it('is merged with an equal one, and comes after what both come after', () => {
  const [one, other] = [make(2, { after: ['a:1'] }), make(2, { after: ['a:2'], follows: ['b:1'] })];
  const merged = one.merge?.(other);
  expect(merged?.after).toEqual(['a:1', 'a:2']);
  expect(merged?.follows).toEqual(['b:1']);
  expect(merged?.plan('4\n2 x 4\n')).toBeUndefined();
  expect(() => one.merge?.(limit({ value: '8' }))).toThrow(
    'Cannot combine the resources: limit:files is declared twice, with different contents',
  );
});

it('has an address of its own, where it is told one', () => {
  expect(byFact({ ...spec(), address: 'cpus:limit' }).address).toBe('cpus:limit');
});
