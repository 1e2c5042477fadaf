import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notice } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { cancelScript } from './cancel-job.js';
import { answerGate, gate, sendHeartbeat } from './gate.js';

/** As /proc/uptime has it. */
const hundredth = (seconds: number): string => `${seconds.toFixed(2)}\n`;
const longAgo = hundredth(uptime() - 45);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fd-gate-'));
  writeFileSync(join(folder, 'client'), hundredth(uptime()));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const wait = async (
  optional = false,
): Promise<{ readonly status: number; readonly said: string }> => {
  const shell = spawn('dash', ['-eu', '-c', `exec 2>&1; ${gate('3', optional).reveal()}`], {
    env: { ...process.env, FD_JOB: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [chunks, [status]] = await Promise.all([
    shell.stdout.setEncoding('utf8').toArray() as Promise<string[]>,
    once(shell, 'exit') as Promise<[number]>,
  ]);
  return { status, said: chunks.join('') };
};

describe('gate()', () => {
  it('opens at the word, and at no other gate’s', async () => {
    writeFileSync(join(folder, 'answer-2'), 'no\n');
    writeFileSync(join(folder, 'answer-3'), 'go\n');
    expect(await wait()).toEqual({ status: 0, said: '' });
  });

  it('says why it stays shut', async () => {
    writeFileSync(join(folder, 'answer-3'), 'Stopped: web-2 failed\n');
    expect(await wait()).toEqual({ status: 1, said: 'Stopped: web-2 failed\n' });
  });

  it.each([longAgo, ''])('gives up when nothing is heard of the client: %j', async (sign) => {
    writeFileSync(join(folder, 'client'), sign);
    expect(await wait()).toEqual({
      status: 1,
      said: 'Cannot continue: no heartbeat of the client that started this for 45 s\n',
    });
  });

  it('continues without an optional client', async () => {
    writeFileSync(join(folder, 'client'), longAgo);
    expect(await wait(true)).toEqual({
      status: 0,
      said: `${notice('Continuing alone: no heartbeat of the client that started this for 45 s')}\n`,
    });
  });
});

it('gates, answers, signs and cancelling are scripts without fault', async () => {
  for (const script of [
    gate('0'),
    gate('0', true),
    answerGate('20261123T101502-3f2a1b', '0'),
    sendHeartbeat('20261123T101502-3f2a1b'),
    cancelScript('20261123T101502-3f2a1b'),
  ]) {
    await checkShell(script);
  }
});

it('answerGate() never opens the gate with a reason, whatever that is', () => {
  expect(String(answerGate('j-1', '0', 'go'))).toContain("'Stopped: go'");
  expect(String(answerGate('j-1', '0', "it's\n$(id)"))).toContain('Stopped: it');
});
