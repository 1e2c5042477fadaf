import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { afterAll, describe, expect, it } from 'vitest';
import type { Plan } from '../engine/plan.js';
import type { Resource } from '../resource/resource.js';
import { file } from '../resources/file.js';
import { readSavedPlan, savedHost, whyStale, writeSavedPlan } from './saved-plan.js';

const folder = mkdtempSync(join(tmpdir(), 'saved-plan-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function planOf(resource: Resource, mark = 'provision\nana\n2026\nid'): Plan {
  const change = resource.plan('');
  if (!change) throw new Error('nothing to change');
  return {
    ...{ resources: [resource], changes: [{ resource, change }], unreadable: [] },
    ...{ notes: ['a note'], revealed: [], mark },
  };
}
const NOTHING = { dropData: false, dropDatabase: false };
const withSecret = (value: string): Resource =>
  file({ path: '/etc/secret', content: Text.of(new Secret('password', value)) });

describe('a saved plan', () => {
  it('is read as it was written, for its user alone, without a secret', () => {
    const path = join(folder, 'plan.json');
    const saved = savedHost('web', planOf(withSecret('hunter2-hunter2')));
    writeSavedPlan(path, {
      environment: 'prod',
      made: '2026-11-30T00:00:00Z',
      drop: NOTHING,
      hosts: [saved],
    });
    expect(readSavedPlan(path, 'prod').hosts).toEqual([saved]);
    expect(readFileSync(path, 'utf8')).not.toContain('hunter2');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('fits the same plan, and no other', () => {
    const plan = planOf(withSecret('hunter2-hunter2'));
    const saved = savedHost('web', plan);
    expect(whyStale(saved, planOf(withSecret('hunter2-hunter2')))).toBeUndefined();
    expect(whyStale(saved, planOf(withSecret('another-secret')))).toContain('a secret');
    expect(whyStale(saved, { ...plan, changes: [] })).toContain('the host has changed');
    expect(whyStale(saved, { ...plan, mark: 'deploy\nbo\n2026\nother' })).toContain(
      'a job has changed the host since: deploy',
    );
  });

  it('is not made while a job runs', () => {
    const plan = planOf(withSecret('x'), 'running\nprovision');
    expect(() => savedHost('web', plan)).toThrow('Cannot save the plan: a job was running on web');
  });

  it.each([
    ['', 'Unexpected end of JSON input'],
    ['{}', 'it is no plan of this version'],
    [
      JSON.stringify({ version: 1, environment: 'staging', made: '', drop: NOTHING, hosts: [] }),
      'it is one of staging, not of prod',
    ],
  ])('is refused when the file holds %j', (text, why) => {
    const path = join(folder, 'wrong.json');
    writeFileSync(path, text);
    expect(() => readSavedPlan(path, 'prod')).toThrow(why);
    expect(() => readSavedPlan(join(folder, 'none'), 'prod')).toThrow('ENOENT');
  });
});
