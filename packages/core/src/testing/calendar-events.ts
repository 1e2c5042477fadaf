/** Calendar events that systemd accepts (systemd.time(7)), for tests. */
export const CALENDAR_EVENTS: readonly string[] = [
  ...[
    'Mon 07:00',
    'Mon 7:00',
    'monday 07:00',
    'MON,Wed..Fri 07:00:30.5',
    'Mon-Fri 07:00',
    'Mon..Fri',
  ],
  ...['07:00', '07:00 UTC', '07:00 Europe/Berlin', '*-*-1..7 18:00 Europe/Berlin', 'daily UTC'],
  ...['hourly', 'daily', 'Weekly', 'quarterly', 'semiannually', 'annually', 'minutely'],
  ...['*:0/5', '*:*:0/5', '07:00:00/15', '07:00:*', '07:00:0/0.5', '*-*-* 0..10/2,20:00'],
  ...['2026-12-24', '10-03', '*-10-03', '*-*-01 03:30', '*-*~1', '*-*~3/1', 'Mon *-05~07/1'],
  ...['Sat *-1,4,7,10-1..7 18:00:00', '*-02-29'],
];
