import { expect, it } from 'vitest';
import { processTable } from './processes-report.js';

it('shows a row for each program of the live release', () => {
  const finding = (name: string, data: object) => ({
    name,
    level: 'ok' as const,
    text: '',
    data: { ...data },
  });
  const table = processTable([
    finding('supervisor', { state: 'active', since: 'x' }),
    finding('api', {
      ...{ state: 'RUNNING', about: 'uptime 2 days, 0:00:18', restarts: 1, memoryKib: 50_000 },
      health: { status: 200, milliseconds: 8, path: '/health' },
    }),
    finding('jobs', { state: 'FATAL', about: 'Exited too quickly', restarts: 0 }),
  ]);
  expect(table).toMatchObject({
    rows: [
      ['api', 'RUNNING', '2 days, 0:00:18', '1', '51.2 MB', '200 in 8 ms'],
      ['jobs', 'FATAL', '–', '0', '–', '–'],
    ],
  });
});
