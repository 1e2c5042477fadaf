import { describe, expect, it } from 'vitest';
import { judgeDrill } from './drill-check.js';

const record = (at: string, outcome = 'good', health = 'good') =>
  `now 2026-11-30T12:00:00Z\nbackup 20261101T030000-abcdef\nat ${at}\noutcome ${outcome}\nhealth ${health}\n`;
const shown = (output: string) => {
  const { level, text, hint } = judgeDrill(output, 'prod');
  return `${level}: ${text}${hint === undefined ? '' : ` → ${hint}`}`;
};

describe('judgeDrill()', () => {
  it.each([
    [
      'now 2026-11-30T12:00:00Z\n',
      'warn: none yet: nothing proves that a backup can be restored → npx nx run prod:db-drill',
    ],
    [
      record('2026-11-30T03:00:00Z'),
      'ok: succeeded today, of 20261101T030000-abcdef; the application was healthy with it',
    ],
    [
      record('2026-11-29T03:00:00Z', 'good', 'not asked'),
      'ok: succeeded yesterday, of 20261101T030000-abcdef; the application was not asked',
    ],
    [
      record('2026-10-01T03:00:00Z'),
      'warn: succeeded 60 days ago, of 20261101T030000-abcdef; the application was healthy with it → npx nx run prod:db-drill',
    ],
    [
      record('2026-11-28T03:00:00Z', 'failed', 'bad'),
      'fail: failed 2 days ago, of 20261101T030000-abcdef → npx nx run prod:db-drill',
    ],
    [
      record('2026-11-30T11:00:00Z', 'unfinished'),
      'warn: began today, of 20261101T030000-abcdef, and has not ended → npx nx run prod:db-drill',
    ],
    [
      record('2026-11-30', 'good'),
      'warn: none yet: nothing proves that a backup can be restored → npx nx run prod:db-drill',
    ],
  ])('judges %j', (output, text) => {
    expect(shown(output)).toBe(text);
  });
});
