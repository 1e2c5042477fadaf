import { exampleRun } from '@fairness-deploy/core/testing';
import { Secret } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DeploymentReport } from '../notify/deployment-report.js';
import { definePlugin } from '@fairness-deploy/core';
import { type ExitCode, masking, type ReportEvent, type Run } from '@fairness-deploy/core/commands';
import { extendRelease, type ReleaseExtension } from '../extension/release-extension.js';
import { fakeTransport } from '@fairness-deploy/shell/testing';
import { notifyPlugins, type Subject } from './notify-plugins.js';

const subject: Subject = { commit: 'c'.repeat(40), subject: 'Fix hunter2', author: 'Ana' };

/** What a deployment that does `work` is told of, and what it reports itself. */
async function told(
  work: (run: Run, about: (subject: Subject) => void) => Promise<ExitCode>,
  finished: NonNullable<ReleaseExtension['ended']> = () => Promise.resolve([]),
) {
  const reports: DeploymentReport[] = [];
  const events: ReportEvent[] = [];
  const plugin = definePlugin({
    section: 'test',
    schema: z.unknown(),
    extensions: [
      extendRelease({
        ended: (context, report) => {
          reports.push(report);
          return finished(context, report);
        },
      }),
    ],
  });
  const run: Run = exampleRun({
    environment: {
      name: 'prod',
      workspace: '/',
      folder: '/',
      hosts: ['one', 'two'].map((name) => ({ name, address: name, sudo: false })),
      sections: { test: {} },
    },
    plugins: [plugin],
    options: {},
    reporter: { report: (event) => void events.push(event) },
    // Two of them are words of the report, too.
    mask: masking(['hunter2', 'prod', 'changed'].map((value) => new Secret('password', value))),
    transport: fakeTransport(() => ({ stdout: '' })),
  });
  const code = await notifyPlugins(run, 'deploy', work).catch((error: unknown) => String(error));
  return { code, reports, events };
}

const end = (
  run: Run,
  host: string,
  outcome: 'changed' | 'unchanged' | 'failed' | 'unknown',
): void => {
  const summary = `${host} ${outcome}`;
  run.reporter.report({ type: 'host-ended', host, outcome, summary, milliseconds: 1 });
};

describe('notifyPlugins()', () => {
  it('reports a success, and shows no secret', async () => {
    const { code, reports, events } = await told((run, about) => {
      about(subject);
      end(run, 'one', 'changed');
      end(run, 'two', 'unchanged');
      return Promise.resolve(0);
    });
    expect(code).toBe(0);
    expect(reports).toMatchObject([
      {
        environment: 'prod',
        action: 'deploy',
        outcome: 'success',
        commit: subject.commit,
        subject: 'Fix ***',
        author: 'Ana',
        hosts: [
          { name: 'one', outcome: 'changed', summary: 'one ***' },
          { name: 'two', outcome: 'unchanged' },
        ],
      },
    ]);
    expect(events.map(({ type }) => type)).toEqual(['host-ended', 'host-ended']);
  });

  it('tells which step failed and why, and of hosts that nothing was done on', async () => {
    const { code, reports } = await told((run, about) => {
      about(subject);
      const step = { host: 'one', name: 'check api', milliseconds: 1 };
      run.reporter.report({ type: 'step-ended', ...step, status: 'failed' });
      run.reporter.report({ type: 'failure', host: 'one', message: 'Cannot deploy' });
      end(run, 'one', 'failed');
      return Promise.resolve(1);
    });
    expect(code).toBe(1);
    expect(reports).toMatchObject([
      {
        outcome: 'failure',
        hosts: [
          { name: 'one', outcome: 'failed', summary: 'Cannot deploy', failed: 'check api' },
          { name: 'two', outcome: 'not-run', summary: 'nothing was done' },
        ],
      },
    ]);
  });

  it('reports a failure, and throws it', async () => {
    const { code, reports } = await told((_, about) => {
      about(subject);
      throw new Error('no');
    });
    expect(code).toBe('Error: no');
    expect(reports).toMatchObject([{ outcome: 'failure' }]);
  });

  it('says what is known when a connection was lost, or the user left', async () => {
    const lost = await told((run, about) => {
      about(subject);
      end(run, 'one', 'unknown');
      end(run, 'two', 'changed');
      return Promise.resolve(1);
    });
    expect(lost.reports).toMatchObject([{ outcome: 'unknown' }]);

    const left = await told(async (run, about) => {
      about(subject);
      end(run, 'two', 'changed');
      const another = () => Promise.reject(new Error());
      const job = { id: 'j', host: 'one', another, onDetach: 'continues', onCancel: 'end it' };
      await run.jobs.during(job, () => run.jobs.detach());
      return 0;
    });
    expect(left.reports).toMatchObject([
      {
        outcome: 'unknown',
        hosts: [
          { name: 'one', outcome: 'unknown', summary: 'its end is unknown; run attach' },
          { name: 'two', outcome: 'changed' },
        ],
      },
    ]);
  });

  it('tells nothing where nothing was to be done, or had begun', async () => {
    const idle = await told((run, about) => {
      about(subject);
      end(run, 'one', 'unchanged');
      end(run, 'two', 'unchanged');
      return Promise.resolve(0);
    });
    expect(idle.reports).toEqual([]);
    expect((await told(() => Promise.reject(new Error('no such commit')))).reports).toEqual([]);
  });

  it('makes warnings of what goes wrong with it', async () => {
    for (const finished of [
      () => Promise.resolve(['nobody answers']),
      () => Promise.reject(new Error('nobody answers')),
    ]) {
      const { code, events } = await told((_, about) => {
        about(subject);
        return Promise.resolve(0);
      }, finished);
      expect(code).toBe(0);
      expect(events).toEqual([{ type: 'notice', text: 'Warning: nobody answers' }]);
    }
  });
});
