import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { placeOf } from '../environment/place.js';
import { keepFromNx } from './keep-from-nx.js';
import { writeToTerminal } from './write-to-terminal.js';

let workspace = '';
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'nx-cloud-'));
  vi.stubEnv('NX_TASK_TARGET_PROJECT', 'prod');
  for (const name of ['AUTH_TOKEN', 'ACCESS_TOKEN']) vi.stubEnv(`NX_CLOUD_${name}`, undefined);
  vi.stubEnv('NX_NO_CLOUD', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(workspace, { recursive: true });
});

const CLOUD = 'Nx Cloud gets the output of tasks\n  → node_modules/.bin/fairness-deploy secrets';

describe.each([
  ['keepFromNx()', () => keepFromNx(placeOf(workspace, 'prod'), 'secrets prod')],
  ['writeToTerminal()', () => writeToTerminal('a secret', placeOf(workspace, 'prod'))],
])('%s', (_name, show) => {
  const runner = { tasksRunnerOptions: { default: { runner: 'nx-cloud' } } };
  it.each([
    [{}, { NX_CLOUD_AUTH_TOKEN: 'x' }],
    [{}, { NX_CLOUD_ACCESS_TOKEN: 'x' }],
    [{ nxCloudId: 'x' }, {}],
    [{ nxCloudAccessToken: 'x' }, {}],
    [runner, {}],
  ])('refuses with %j and %j', async (settings, env: Readonly<Record<string, string>>) => {
    writeFileSync(join(workspace, 'nx.json'), JSON.stringify(settings));
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    await expect(show()).rejects.toThrow(saying(CLOUD));
    // What stops it then is that this is no task.
    vi.stubEnv('NX_NO_CLOUD', 'true');
    await expect(show()).rejects.not.toThrow('Nx Cloud');
    vi.stubEnv('NX_NO_CLOUD', undefined);
    writeFileSync(
      join(workspace, 'nx.json'),
      JSON.stringify({ ...settings, neverConnectToCloud: true }),
    );
    await expect(show()).rejects.not.toThrow('Nx Cloud');
  });

  it('reads nx.json as Nx does, with comments and what it extends', async () => {
    const nxJson = join(workspace, 'nx.json');
    writeFileSync(nxJson, '{\n  // Ours.\n  "nxCloudId": "x",\n}\n');
    await expect(show()).rejects.toThrow(saying(CLOUD));
    writeFileSync(join(workspace, 'base.json'), '{ "nxCloudId": "x" }\n');
    writeFileSync(nxJson, '{ "extends": "./base.json" }\n');
    await expect(show()).rejects.toThrow(saying(CLOUD));
  });
});
