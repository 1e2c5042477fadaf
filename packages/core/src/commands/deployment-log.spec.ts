import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sh, notice, type Script } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { printDeployment } from '../engine/deployment-job.js';
import { describeJob } from '../engine/describe-job.js';
import { runJob } from '../engine/run-job.js';
import type { ReportEvent } from '../report/event.js';
import type { CommandOptions } from '../runner/run.js';
import { exampleRun } from '../testing/example-run.js';
import { jobsIn } from '../testing/jobs-in.js';
import { logs } from './logs.js';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'fd-deployments-'));
});
afterEach(() => {
  rmSync(state, { recursive: true });
});

const ONE = '20261123-101502-3f2a1bc';
const TWO = '20261124-101502-aaaaaaa';

/** Runs a job here; one with a release is a deployment. @returns its id. */
async function job(what: string, release: string | undefined, run: Script, undo?: Script) {
  const connection = await jobsIn(state);
  const described = describeJob(what);
  await runJob(connection, {
    ...described,
    ...(release !== undefined && { release }),
    steps: [
      { name: 'fetch', after: [], run: sh`echo fetched`, ...(undo && { undo }) },
      { name: 'build', after: [0], run },
    ],
    verify: sh`:`,
  });
  await connection.close();
  return described.id;
}

async function show(options: CommandOptions) {
  const events: ReportEvent[] = [];
  const code = await logs(
    exampleRun({
      environment: {
        ...{ name: 'prod', workspace: state, folder: state, sections: {} },
        hosts: [{ name: 'web', address: 'web', sudo: true }],
      },
      options,
      reporter: { report: (event) => void events.push(event) },
      mask: <T>(value: T) => value,
      transport: { connect: () => jobsIn(state) },
    }),
  );
  const lines = events.flatMap((event) =>
    event.type === 'log' ? [`${event.source}: ${event.line}`] : [],
  );
  const end = events.find((event) => event.type === 'host-ended');
  return { code, lines, summary: end?.summary ?? '', hint: end?.hint ?? '' };
}

describe('logs --deployment', () => {
  it('shows all output of the last deployment, also of a failed one, and where it is', async () => {
    await job('deploy one', ONE, sh`echo built`);
    const id = await job(
      'deploy two',
      TWO,
      sh`seq 100; printf '%s\n' ${notice('a notice')}; printf 'no line break' >&2; false`,
      sh`echo back`,
    );
    await job('provision', undefined, sh`echo other`);
    const all = await show({ deployment: true });
    expect(all).toMatchObject({
      code: 0,
      summary: '"deploy two" failed after 1 of 2 steps, and was undone',
      hint: `on the host: /var/lib/fairness-deploy/jobs/${id}/log`,
    });
    expect(all.lines).toEqual([
      'fetch: fetched',
      ...Array.from({ length: 100 }, (_, at) => `build: ${String(at + 1)}`),
      ...['build: a notice', 'build: no line break', 'undo fetch: back'],
    ]);
    expect((await show({ deployment: true, lines: 2 })).lines).toEqual(all.lines.slice(-2));
  });

  it('shows how a release was made, not how it was rolled back to', async () => {
    const first = await job('deploy one', ONE, sh`echo made`);
    // Folders are told apart by their times.
    utimesSync(join(state, 'jobs', first), 0, 0);
    await job('deploy two', TWO, sh`echo newer`);
    await job('roll back to one', ONE, sh`echo again`);
    expect((await show({ release: ONE })).lines).toEqual(['fetch: fetched', 'build: made']);
    expect((await show({ deployment: true })).lines).toEqual(['fetch: fetched', 'build: again']);
  });

  it('says when there is none', async () => {
    expect(await show({ deployment: true })).toMatchObject({
      ...{
        code: 0,
        lines: [],
        summary: 'there is no log of a deployment: nothing was deployed yet',
      },
    });
    await job('deploy one', ONE, sh`:`);
    expect(await show({ release: TWO })).toMatchObject({
      ...{ code: 1, lines: [], hint: `there are: --release ${ONE}` },
      summary: `Cannot show the deployment of ${TWO}: web has no log of it; it keeps those of the last 20 deployments`,
    });
  });

  it.each([undefined, "it's $(id)"])('reads it by a script without fault: %s', async (release) => {
    await checkShell(printDeployment(release));
  });

  it('refuses what no line of it has', async () => {
    await expect(show({ deployment: true, since: '10m' })).rejects.toThrow('with --since');
    await expect(show({ release: ONE, source: ['api'] })).rejects.toThrow('with --source');
  });
});

describe('a host', () => {
  it('keeps the last deployments, whatever other jobs came behind them', async () => {
    await job('deploy one', ONE, sh`:`);
    for (let at = 0; at < 22; at++) await job(`task ${String(at)}`, undefined, sh`:`);
    expect((await show({ release: ONE })).code).toBe(0);
    expect(readdirSync(join(state, 'jobs'))).toHaveLength(21);
  }, 60_000);

  it('keeps no more logs than its disk can bear, and the last one whatever its size', async () => {
    const old = await job('deploy one', ONE, sh`:`);
    const big = await job('deploy two', TWO, sh`:`);
    for (const id of [old, big]) {
      writeFileSync(join(state, 'jobs', id, 'log'), Buffer.alloc(300 * 1024 * 1024));
    }
    utimesSync(join(state, 'jobs', old), 0, 0);
    await job('deploy three', '20261125-101502-bbbbbbb', sh`:`);
    expect(existsSync(join(state, 'jobs', old))).toBe(false);
    expect(existsSync(join(state, 'jobs', big))).toBe(true);
  });
});
