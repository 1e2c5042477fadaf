import { describe, expect, it } from 'vitest';
import { judgeBackup } from './backup-check.js';

/** What the host prints, of `Mon..Fri 03:00`. */
const output = ({
  now = '2026-11-30T12:00:00Z',
  last = 'last 20261130T030000-6b1f0c 2026-11-30T03:00:00Z 1234\n',
  active = 'active',
  result = 'success',
} = {}): string => `now ${now}
${last}LoadState=loaded
ActiveState=${active}
Result=${result}
ExecMainStatus=${result === 'success' ? '0' : '1'}
  Original form: Mon..Fri 03:00
Normalized form: Mon..Fri *-*-* 03:00:00
    Next elapse: Tue 2026-12-01 03:00:00 UTC
       From now: 15h left
       Iter. #2: Wed 2026-12-02 03:00:00 UTC
       From now: 1 day left
       Iter. #3: Thu 2026-12-03 03:00:00 UTC
       Iter. #4: Fri 2026-12-04 03:00:00 UTC
       Iter. #5: Mon 2026-12-07 03:00:00 UTC
`;
const judged = (text: string, scheduled = true): string => {
  const { level, text: said } = judgeBackup(text, {
    ...{ unit: 'shop-postgres-backup', scheduled },
    environment: 'prod',
  });
  return `${level} ${said}`;
};

describe('judgeBackup()', () => {
  it('says how old the newest backup is, and fails when the schedule has been missed', () => {
    expect(judged(output())).toBe('ok the newest backup is 9 hours old');
    // A weekend is the longest time between two, three days.
    expect(judged(output({ now: '2026-12-06T02:00:00Z' }))).toBe(
      'ok the newest backup is 5 days old',
    );
    expect(judged(output({ now: '2026-12-06T04:00:00Z' }))).toMatch(
      /^fail the newest backup is 6 days old, more than twice/,
    );
    const ofDebian13 = output({ now: '2026-12-06T04:00:00Z' }).replaceAll(
      '    Iter. #',
      'Iteration #',
    );
    expect(judged(ofDebian13)).toMatch(/^fail the newest backup is 6 days old, more than twice/);
    expect(judged(output({ last: '' }))).toBe('warn there is no backup');
    expect(judged(`unsent\n${output()}`)).toBe(
      'warn the newest backup is 9 hours old, and the bucket lacks backups',
    );
  });

  it('fails when the last one failed, or none will come', () => {
    expect(judged(output({ result: 'exit-code' }))).toBe(
      'fail the last scheduled backup failed (status 1); the newest backup is 9 hours old',
    );
    expect(judged(output({ active: 'inactive' }))).toMatch(
      /^fail shop-postgres-backup.timer does not run/,
    );
  });

  it('asks for no timer without a schedule', () => {
    expect(
      judged(
        'now 2026-11-30T12:00:00Z\nLoadState=not-found\nActiveState=inactive\nResult=success\n',
        false,
      ),
    ).toBe('warn there is no backup');
  });
});
