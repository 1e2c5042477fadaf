import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../secret.js';
import { maskerOf } from './masker.js';

const maskWith = (...values: readonly string[]) =>
  maskerOf(values.map((value) => new Secret('token', value)));

const values = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 6, maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(...(`%"'\\;#$ é🌱a&<+/=\``.match(/./gu) ?? [])),
      minLength: 6,
    }),
  )
  .map((value) => value.trim())
  .filter((value) => value.length >= 6 && !value.includes('*'));

const sh = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** The ways in which programs write a value. */
const FORMS: Readonly<Record<string, (value: string) => string>> = {
  'as it is': (value) => value,
  base64: (value) => Buffer.from(value).toString('base64'),
  base64url: (value) => Buffer.from(value).toString('base64url'),
  'base64 within more': (value) => Buffer.from(`user:${value}@host`).toString('base64'),
  hexadecimal: (value) => Buffer.from(value).toString('hex'),
  'percent-encoded': (value) => encodeURIComponent(value),
  'percent-encoded, in lower case': (value) =>
    encodeURIComponent(value).replaceAll(/%../g, (hex) => hex.toLowerCase()),
  'as in a form': (value) => new URLSearchParams({ value }).toString().slice('value='.length),
  'all percent-encoded': (value) =>
    [...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'quoted for a shell': sh,
  'quoted for a shell, with backslashes': (value) => value.replaceAll(/[^\w]/gu, String.raw`\$&`),
  'in double quotes of a shell': (value) => `"${value.replaceAll(/["$`\\]/g, String.raw`\$&`)}"`,
  'as JSON': (value) => JSON.stringify(value),
  'as JSON within JSON': (value) => JSON.stringify({ text: JSON.stringify({ value }) }),
  'as JSON in ASCII': (value) =>
    JSON.stringify(value).replaceAll(
      /[^ -~]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  'for SQL': (value) => `'${value.replaceAll("'", "''")}'`,
  'for INI': (value) => `"${value.replaceAll('%', '%%').replaceAll(/["\\]/g, String.raw`\$&`)}"`,
  'as HTML': (value) =>
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
};

/** Whether what a form is made of can still be read in a text. */
const shows = (text: string, value: string): boolean => text.includes(value);

describe('maskerOf()', () => {
  it.each(Object.entries(FORMS))('finds any value %s', (_name, form) => {
    fc.assert(
      fc.property(values, (value) => {
        const text = `before ${form(value)} behind`;
        const masked = maskWith(value)(text);
        expect(masked).toContain('***');
        expect(shows(masked, value)).toBe(false);
        expect(masked.length).toBeLessThan('before  behind'.length + 40);
      }),
      { numRuns: 60 },
    );
  });

  it("finds what bash's printf %q, python and perl write", () => {
    const value = `it's "100%" \\ ; # $HOME é`;
    const written = execFileSync('bash', [
      '-c',
      `printf '%q\\n' "$1"; printf '%s' "$1" | base64`,
      'x',
      value,
    ]);
    const masked = maskWith(value)(written.toString());
    expect(masked).toMatch(/^'?\$?'?\*\*\*'?\n\*\*\*.{0,4}\n$/);
  });

  it('knows the lines of a secret that has several, and base64 that is broken into lines', () => {
    const key = `-----BEGIN-----\n${'A1b2'.repeat(16)}\n-----END-----\n`;
    expect(maskWith(key)(`  ${'A1b2'.repeat(16)}`)).toBe('  ***');
    const broken =
      Buffer.from('x'.repeat(100))
        .toString('base64')
        .match(/.{1,76}/g) ?? [];
    for (const line of broken) expect(maskWith('x'.repeat(100))(line)).toMatch(/^\*\*\*=*$/);
  });

  it('masks the longer of two secrets of which one begins the other', () => {
    expect(maskWith('abcd', 'abcdefgh')('abcdefgh')).toBe('***');
  });

  it('leaves values of fewer than four characters', () => {
    expect(maskWith('abc', '')('abc')).toBe('abc');
  });

  it('masks a part of a secret where a line was cut', () => {
    const mask = maskWith('correct-horse-battery');
    expect(mask('…horse-battery and more')).toBe('…*** and more');
    expect(mask('horse-battery and more')).toBe('horse-battery and more');
    expect(mask(`${'x'.repeat(1988)}correct-hors`)).toMatch(/^x{1988}\*\*\*$/);
  });

  it.each([
    ['backslashes', '\\'.repeat(200), `${'\\'.repeat(3000)}x`],
    ['quotes', `'"`.repeat(100), `'"'"'`.repeat(600)],
    ['percents', '%'.repeat(300), '%25'.repeat(299)],
    ['a megabyte', 'line of it\n'.repeat(100_000), 'nothing '.repeat(1000)],
  ])('takes no long time for %s', (_what, value, text) => {
    const since = performance.now();
    maskWith(value)(text);
    expect(performance.now() - since).toBeLessThan(2000);
  });
});
