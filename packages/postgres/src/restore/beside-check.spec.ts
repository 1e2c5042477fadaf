import { describe, expect, it } from 'vitest';
import { judgeBeside } from './beside-check.js';

const line = (name: string) =>
  `${JSON.stringify({ name, bytes: 7_600_000, now: '2026-11-30T12:00:00.123456' })}\n`;
const shown = (...names: readonly string[]) =>
  judgeBeside(names.map(line).join(''), 'prod').map(
    ({ level, text, hint }) => `${level}: ${text}${hint === undefined ? '' : ` → ${hint}`}`,
  );

describe('judgeBeside()', () => {
  it('says nothing when there is none', () => {
    expect(shown()).toEqual([]);
    expect(shown('shop_before_christmas')).toEqual([]);
  });

  it('shows what a restore keeps for a while', () => {
    expect(shown('shop_before_20261128t031500', 'shop_drill_20261130t110000')).toEqual([
      'ok: shop_before_20261128t031500 (7.6 MB), shop_drill_20261130t110000 (7.6 MB)',
    ]);
  });

  it('warns of what has been there for long, with what removes it', () => {
    expect(shown('shop_before_20261120t031500', `a"b_copy_20261128t110000`)).toEqual([
      'warn: left behind: shop_before_20261120t031500 (7.6 MB), a"b_copy_20261128t110000 (7.6 MB) → when nobody needs them, npx nx run prod:db-console, and there: DROP DATABASE "shop_before_20261120t031500"; DROP DATABASE "a""b_copy_20261128t110000";',
    ]);
  });
});
