import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

/** The short form of a part of `npm run test:faults`, with the real command line. */
async function run(part: string): Promise<{ readonly status: unknown; readonly output: string }> {
  const child = spawn(process.execPath, ['dist/faults/faults.mjs', part, '--short'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit') as Promise<readonly unknown[]>;
  const [ended, output] = await Promise.all([exit, text(child.stdout)]);
  return { status: ended[0], output };
}

// No second try, as CI gives it to other tests of hosts: it would hide the races that are looked for.
describe('deploy and rollback', { retry: 0 }, () => {
  it('fail no request, and cut off no answer and no WebSocket', async () => {
    const { status, output } = await run('load');
    expect(output).toContain(' 0 failed, 0 answered by a release without the traffic');
    expect(output).toContain('load: all as it should be');
    expect(status).toBe(0);
  });

  it('leave a release live and nothing behind, whatever is killed or cut', async () => {
    const { status, output } = await run('steps');
    expect(output).toContain('steps: all as it should be');
    expect(status).toBe(0);
  });
});

describe('a site', { retry: 0 }, () => {
  it('recovers when nginx, Supervisor or a new release crashes', async () => {
    const { status, output } = await run('crashes');
    expect(output).toContain('nginx is killed: pass');
    expect(output).toContain('crashes: all as it should be');
    expect(status).toBe(0);
  });
});

describe('a worker that must not run twice', { retry: 0 }, () => {
  it('is replaced by the next one without a job that is lost or done twice', async () => {
    const { status, output } = await run('workers');
    expect(output).toContain('workers: all as it should be');
    expect(status).toBe(0);
  });
});

describe('restart', { retry: 0 }, () => {
  it('fails no request, also when it is killed or cut in the middle', async () => {
    const { status, output } = await run('restarts');
    expect(output).toContain(' a second): 0 failed');
    expect(output).toContain('restarts: all as it should be');
    expect(status).toBe(0);
  });
});

describe('a database', { retry: 0 }, () => {
  it('is backed up, restored and practised without a failed read', async () => {
    const { status, output } = await run('database');
    expect(output).toContain(' 2 restores: 0 failed');
    expect(output).toContain('database: all as it should be');
    expect(status).toBe(0);
  });
});
