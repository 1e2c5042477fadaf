import { exampleEnvironment } from '@fairness-deploy/core/testing';
import { checkShell } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { judgeWatch, watchCheck } from './watch-check.js';

const NOW = Date.UTC(2026, 11, 1, 12) / 1000;
const timer = (state: string): string =>
  `now ${String(NOW)}\nLoadState=loaded\nActiveState=${state}\n`;
const kept = (change: object): string =>
  `state ${JSON.stringify({ ran: '2026-12-01T11:58:00.000Z', warnings: [], outbox: [], watch: { told: [] }, ...change })}\n`;

it.each([
  ['ok no run has ended yet', `${timer('active')}Result=success\n`],
  ['fail the last run failed: exit-code', `${timer('active')}Result=exit-code\n`],
  ['fail shop-alerts.timer does not run: failures are not reported', timer('inactive') + kept({})],
  ['ok no failure to report; the last run was 2 minutes ago', timer('active') + kept({})],
  [
    'ok reported: supervisor api; the last run was 2 minutes ago',
    timer('active') +
      kept({ watch: { told: ['supervisor api'], since: '2026-12-01T11:00:00.000Z' } }),
  ],
  [
    'fail not all messages arrive, and 1 wait; the last run was 2 minutes ago',
    timer('active') +
      kept({ warnings: ['Cannot notify https://chat/…: it answers 404'], outbox: [{}] }),
  ],
  [
    'fail a part of the last run failed; the last run was 2 minutes ago',
    timer('active') + kept({ warnings: ['Cannot write /var/lib/state: ENOSPC'] }),
  ],
  ['ok no run has ended yet', `${timer('active')}Result=success\nstate {"ran"\n`],
])('judgeWatch() says %s', (text, output) => {
  const { level, text: said } = judgeWatch(output, { unit: 'shop-alerts', environment: 'prod' });
  expect(`${level} ${said}`).toBe(text);
});

it('is a script without fault', async () => {
  await checkShell(watchCheck(exampleEnvironment()).read);
});
