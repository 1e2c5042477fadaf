import { startTestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { expect, it } from 'vitest';
import { CALENDAR_EVENTS } from '../testing/calendar-events.js';

it('systemd accepts the calendar events in which calendarProblem() finds no problem', async () => {
  const test = await startTestHost('calendar');
  const connection = await test.connect();
  try {
    const { stdout } = await connection.run(sh`
      for fd_event in ${CALENDAR_EVENTS}; do
        systemd-analyze calendar -- "$fd_event" >/dev/null 2>&1 || printf '%s\n' "$fd_event"
      done`);
    expect(stdout.toString()).toBe('');
  } finally {
    await connection.close();
    await test.stop();
  }
});
