import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createNodes } from './create-nodes.js';

it('createNodes adds its targets to environments with a sandbox only', async () => {
  const workspaceRoot = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const files = ['local', 'real'].map((name) => `environments/${name}/environment.yaml`);
  try {
    for (const file of files) {
      mkdirSync(join(workspaceRoot, file, '..'), { recursive: true });
      writeFileSync(join(workspaceRoot, file), file.includes('local') ? 'sandbox:\n' : 'hosts:\n');
    }
    const context = { workspaceRoot, nxJsonConfiguration: {} };
    const [[, local] = [], [, real] = []] = await createNodes[1](files, undefined, context);
    const targets = local?.projects?.['environments/local']?.targets ?? {};
    expect(Object.keys(targets)).toEqual(['up', 'down', 'sandboxes']);
    expect(targets['up']).toMatchObject({
      executor: '@fairness-deploy/sandbox:up',
      options: {},
      cache: false,
      parallelism: false,
    });
    expect(real).toEqual({});
  } finally {
    rmSync(workspaceRoot, { recursive: true });
  }
});
