import { describe, expect, it } from 'vitest';
import { calendarProblem } from './calendar-event.js';
import { CALENDAR_EVENTS } from '../testing/calendar-events.js';

const CRON = expect.stringMatching(
  /^this is how cron writes times; write such as "Mon 07:00"/,
) as string;

describe('calendarProblem()', () => {
  it.each(CALENDAR_EVENTS)('finds none in %j', (text) => {
    expect(calendarProblem(text)).toBeUndefined();
  });

  it.each([
    ['', 'expected a calendar event of systemd, with single blanks'],
    [' 07:00', 'expected a calendar event of systemd, with single blanks'],
    ['Mon  07:00', 'expected a calendar event of systemd, with single blanks'],
    ['07:00\nMon 07:00', 'expected a calendar event of systemd, with single blanks'],
    ['07', '"07" is no date (year-month-day)'],
    ['7am', '"7am" is no date (year-month-day)'],
    ['half past', 'there is no time zone "past"'],
    ['Moon 07:00', '"Moon" is no day of the week (Mon to Sun)'],
    ['Fri..Mon 07:00', '"Fri..Mon" is no range of days of the week'],
    ['Mon,Fri..Funday 07:00', '"Funday" is no day of the week (Mon to Sun)'],
    ['07:00 Europe/Atlantis', 'there is no time zone "Europe/Atlantis"'],
    ['25:00', '"25" is no hour (0 to 23)'],
    ['07:60', '"60" is no minute (0 to 59)'],
    ['07:00:60', '"60" is no second (0 to 59)'],
    ['5..3:00', '"5..3" is no hour (0 to 23)'],
    ['*:*/5', '"*/5" is no minute (0 to 59)'],
    ['*:0/0', '"0/0" is no minute (0 to 59)'],
    ['*:0/60', '"0/60" is no minute (0 to 59)'],
    ['*-13-01', '"13" is no month (1 to 12)'],
    ['*-*-0', '"0" is no day of the month (1 to 31)'],
    ['*-*~32', '"32" is no day of the month (1 to 31)'],
    ['1969-01-01', '"1969" is no year (1970 to 2199)'],
    ['-01', '"-01" is no date (year-month-day)'],
    ['Mon *', '"*" is no date (year-month-day)'],
    ['Mon 07:00 08:00', 'expected a calendar event of systemd'],
  ])('says what is wrong in %j', (text, message) => {
    expect(calendarProblem(text)).toMatchObject({ message });
  });

  it.each(['0 7 * * 1', '*/5 * * * *', '@daily'])(
    'recognises how cron writes times: %j',
    (text) => {
      expect(calendarProblem(text)).toMatchObject({ hint: CRON });
    },
  );
});
