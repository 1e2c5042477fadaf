import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { builtWorkspace } from '../testing/built-workspace.js';
import { runTarget, withoutTask } from './run-target.js';

describe('runTarget()', () => {
  it('ends when the target has ended well, however much it prints', async () => {
    const { folder } = builtWorkspace("process.stdout.write('x'.repeat(3e6))");
    expect(await runTarget(folder, 'web:build')).toBeGreaterThan(0);
  });

  it('shows the end of what it printed when it fails', async () => {
    const lines = "for (let i = 0; i < 100; i++) console.log('line', i);";
    const { folder } = builtWorkspace(`${lines} console.error('oh dear'); process.exit(3)`);
    const error: unknown = await runTarget(folder, 'web:build').catch((cause: unknown) => cause);
    expect(String(error)).toContain(
      'Cannot build web:build: nx run web:build ended with status 3\n',
    );
    expect(String(error)).toMatch(/line 99\noh dear$/);
    expect(String(error)).not.toContain('line 1\n');
  });

  it('gives the target no secret, and nothing that opens the secrets', async () => {
    vi.stubEnv('FAIRNESS_SECRET_TOKEN', 'of-the-secrets');
    vi.stubEnv('FAIRNESS_VAULT_PASSWORD', 'of-the-secrets');
    try {
      const { folder } = builtWorkspace('console.log(process.env); process.exit(1)');
      const error: unknown = await runTarget(folder, 'web:build').catch((cause: unknown) => cause);
      expect(String(error)).toContain('PATH');
      expect(String(error)).not.toContain('of-the-secrets');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('tells by which signal it ended', async () => {
    const { folder } = builtWorkspace("process.kill(process.pid, 'SIGKILL')");
    await expect(runTarget(folder, 'web:build')).rejects.toThrow('ended by SIGKILL');
  });

  it('says where Nx is missing', async () => {
    const { folder } = builtWorkspace('');
    rmSync(join(folder, 'node_modules'), { recursive: true });
    await expect(runTarget(folder, 'web:build')).rejects.toThrow(
      saying(`Nx is not installed in ${folder}\n  → run npm install there`),
    );
  });
});

it('withoutTask() leaves out what Nx tells a task, and nothing of the user', () => {
  expect(
    withoutTask({
      NX_TASK_TARGET_PROJECT: 'prod',
      NX_TASK_HASH: '1',
      NX_INVOCATION_ROOT_PID: '1',
      NX_FORKED_TASK_EXECUTOR: 'true',
      NX_TERMINAL_OUTPUT_PATH: '/x',
      NX_STREAM_OUTPUT: 'true',
      NX_SET_CLI: 'x',
      FORCE_COLOR: 'true',
      NX_SKIP_NX_CACHE: 'true',
      NX_DAEMON: 'false',
      NX_CLOUD_ACCESS_TOKEN: 'x',
      PATH: '/bin',
    }),
  ).toEqual({
    NX_SKIP_NX_CACHE: 'true',
    NX_DAEMON: 'false',
    NX_CLOUD_ACCESS_TOKEN: 'x',
    PATH: '/bin',
  });
});
