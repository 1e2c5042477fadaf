import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '@fairness-deploy/shell/secret';
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

const hex = (value: string, bytes: number): readonly string[] =>
  Buffer.from(value)
    .toString('hex')
    .match(new RegExp(`.{1,${String(2 * bytes)}}`, 'g')) ?? [];

const hexOf = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

/** As another implementation has it: five bits of a number of any length. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}

/** The ways in which programs write a value. */
const FORMS: Readonly<Record<string, (value: string) => string>> = {
  'as it is': (value) => value,
  base64: (value) => Buffer.from(value).toString('base64'),
  base64url: (value) => Buffer.from(value).toString('base64url'),
  'base64 within more': (value) => Buffer.from(`user:${value}@host`).toString('base64'),
  hexadecimal: (value) => Buffer.from(value).toString('hex'),
  'hexadecimal, byte by byte': (value) => hex(value, 1).join(' '),
  'hexadecimal, with colons': (value) => hex(value, 1).join(':').toUpperCase(),
  'hexadecimal, in groups of two bytes': (value) => hex(value, 2).join(' '),
  'as bytes of C': (value) =>
    hex(value, 1)
      .map((byte) => `0x${byte}`)
      .join(', ')
      .slice(2),
  'as a list of decimal bytes': (value) => JSON.stringify([...Buffer.from(value)]).slice(1, -1),
  'as JSON of a buffer': (value) => JSON.stringify(Buffer.from(value)),
  'as octal bytes': (value) =>
    [...Buffer.from(value)].map((byte) => byte.toString(8).padStart(3, '0')).join(' '),
  'in octal escapes': (value) =>
    [...Buffer.from(value)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  'in octal escapes of printf': (value) =>
    [...Buffer.from(value)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join(''),
  'in code points of JavaScript': (value) =>
    Array.from(value, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`).join(''),
  'in quoted-printable': (value) =>
    [...Buffer.from(value)]
      .map((byte, at) => {
        const isPlain = byte > 32 && byte < 127 && byte !== 61;
        const one = isPlain ? String.fromCharCode(byte) : `=${hexOf(byte)}`;
        return at % 7 === 6 ? `=\n${one}` : one;
      })
      .join(''),
  base32: (value) => base32(Buffer.from(value)),
  'base32, in lower case and within more': (value) =>
    base32(Buffer.from(`user:${value}@host`)).toLowerCase(),
  'UTF-16 in base64': (value) => Buffer.from(`x${value}y`, 'utf16le').toString('base64'),
  'UTF-16 in hexadecimal': (value) => Buffer.from(value, 'utf16le').swap16().toString('hex'),
  'in numeric entities': (value) =>
    Array.from(value, (one) => `&#${String(one.codePointAt(0))};`).join(''),
  'in hexadecimal entities': (value) =>
    Array.from(value, (one) => `&#x${(one.codePointAt(0) ?? 0).toString(16)};`).join(''),
  'all in units of JSON': (value) =>
    value.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
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

/** How many characters are shown besides those that stand around any value. */
const shownOf = (masked: string, form: (value: string) => string): number =>
  masked.replaceAll('***', '').length - form('').length;

describe('maskerOf()', () => {
  it.each(Object.entries(FORMS))('finds any value %s', (_name, form) => {
    fc.assert(
      fc.property(values, (value) => {
        const text = `before ${form(value)} behind`;
        const masked = maskWith(value)(text);
        expect(masked).toMatch(/^before [^]*\*\*\*[^]* behind$/);
        expect(shownOf(masked, (empty) => `before ${form(empty)} behind`)).toBeLessThan(4);
      }),
      { numRuns: 40 },
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

  it.each(Object.entries(FORMS))('finds one of any length %s, among others', (_name, form) => {
    const account = JSON.stringify({ key: `-----BEGIN-----\n${lines(60).join('\n')}`, x: "it's" });
    const others = lines(1200).join('\n');
    const masked = maskWith(
      'correct-horse',
      account,
      others,
    )(`${form(account)} ${form('correct-horse')}`);
    expect(shownOf(masked, (empty) => `${form(empty)} ${form(empty)}`)).toBeLessThan(8);
  });

  it.each([60, 64, 76, 77])('finds base64 and digits in lines of %i, one by one', (columns) => {
    const key = `-----BEGIN-----\n${lines(60).join('\n')}\n-----END-----\n`;
    const mask = maskWith('correct-horse', key);
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      for (const before of ['', 'x', 'x=', 'key: |']) {
        const text = Buffer.from(before + key).toString(encoding);
        const broken = text.match(new RegExp(`.{1,${String(columns)}}`, 'g')) ?? [];
        const shown = broken.map((line) => mask(line).replaceAll(/\*|=/g, '')).join('');
        expect(shown.length).toBeLessThan(2 * before.length + 6);
        for (const end of ['\n', '\r\n', '\n    ', String.raw`\n`, '%0A']) {
          const whole = mask(`${broken.join(end)}${end}`).replaceAll(/\*|=/g, '');
          expect(whole.length).toBeLessThan(2 * before.length + 8 + end.length);
        }
      }
    }
  });

  it('finds the bytes that od writes, as a whole and line by line', () => {
    const value = 'correct-horse-battery-staple-for';
    const mask = maskWith(value);
    const dump = execFileSync('od', ['-An', '-tx1'], { input: value }).toString();
    expect(mask(dump)).toBe(' ***\n');
    expect(dump.trimEnd().split('\n').map(mask)).toEqual([' ***', ' ***']);
  });

  it('leaves what only looks like a part of one', () => {
    const mask = maskWith(lines(60).join('\n'), "'user'", 'it"s');
    for (const text of ['user', 'its', 'node_modules/typescript/library/server', 'Listening']) {
      expect(mask(text)).toBe(text);
    }
  });

  it('masks a part of a secret where a line was cut', () => {
    const mask = maskWith('correct-horse-battery', `it's "100%" of $HOME/x`);
    expect(mask('…horse-battery and more')).toBe('…*** and more');
    expect(mask('horse-battery and more')).toBe('horse-battery and more');
    const rest = 'x'.repeat(1970);
    for (const cut of [
      'correct-hors',
      encodeURIComponent(`it's "100%" o`),
      JSON.stringify(`it's "100%" o`).slice(1, -1),
      Buffer.from('correct-horse-batt').toString('base64'),
      Buffer.from('correct-horse-batt').toString('hex'),
    ]) {
      const line = `${rest} ${cut}`;
      expect(mask(line.padStart(2000, '.'))).toMatch(/^\.*x{1970} \*\*\*$/);
    }
    expect(mask(`…${JSON.stringify('100%" of $HOME/x')} and more`)).toBe('…"***" and more');
  });

  it.each([
    ['backslashes', '\\'.repeat(200), `${'\\'.repeat(3000)}x`],
    ['quotes', `'"`.repeat(100), `'"'"'`.repeat(600)],
    ['percents', '%'.repeat(300), '%25'.repeat(299)],
    ['entities', '&amp;'.repeat(300), '&amp;'.repeat(3000)],
  ])('takes no long time for %s', (_what, value, text) => {
    expect(maskWith(value)(`${text}!`)).toBeTypeOf('string');
    expect(maskWith(`${value}Z`)(`${text}Y`)).toBe(`${text}Y`);
  });

  // Each level has as many ways to read it as the one above, to the power of the fields.
  it.each([1, 2, 3])(
    'ends with JSON %i times in JSON that is cut at its last characters',
    (depth) => {
      const fields = Object.fromEntries(
        lines(800).map((line, at) => [`field_${String(at)}`, line]),
      );
      const value = JSON.stringify(JSON.stringify(fields)).slice(1, -1);
      const text = Array.from({ length: depth }).reduce<string>(
        (all) => JSON.stringify(all),
        value,
      );
      const mask = maskWith(value);
      expect(mask(text)).toMatch(/^["\\]*\*\*\*["\\]*$/);
      const other = `${text.slice(0, -20)}?`;
      expect(mask(other) === other).toBe(true);
    },
  );

  it.each([
    ['a log', 'Tr0ub4do\nr&3/x-Horse'],
    ['a table', '| Tr0ub4do |\n| r&3/x-Ho |\n| rse      |'],
    ['indented', '  Tr0ub4dor&3/x-Ho\r\n    rse'],
  ])('finds a value that is broken by a wrap: %s', (_what, text) => {
    const masked = maskWith('Tr0ub4dor&3/x-Horse')(`is:\n${text}\nand more`);
    expect(masked).toMatch(/^is:\n\W*\*\*\*\W*\nand more$/);
  });

  it('finds UTF-16 that is shown as UTF-8', () => {
    const shown = Buffer.from('the correct-horse', 'utf16le').toString();
    expect(maskWith('correct-horse')(shown).replaceAll('\0', '')).toBe('the ***');
  });

  it('finds one that is broken at its blank, and leaves what only runs together', () => {
    expect(maskWith('correct horse')('the correct\nhorse is')).toBe(
      'the ***\nis'.replace('\n', ' '),
    );
    expect(maskWith('abcdef')('abc\ndef')).toBe('abc\ndef');
  });

  it('finds long parts of a value at the ends of lines that come one by one', () => {
    const mask = maskWith('correct-horse-battery-staple-and-more');
    expect(mask('the key is correct-horse-batt')).toBe('the key is ***');
    expect(mask('ery-staple-and-more')).toBe('***');
    expect(mask('ery-staple-and-more, and so on')).toBe('***, and so on');
  });

  it('finds a secret beside as many bytes as a log can hold', () => {
    const text = '7,'.repeat(1_000_000);
    expect(maskWith('hunter2-secret')(`${text} hunter2-secret`)).toBe(`${text} ***`);
  });

  it('compares a line with few of many secrets', () => {
    const mask = maskWith(lines(8000).join('\n'));
    const noise = lines(5000, 'noise');
    expect(mask(noise.join('\n')) === noise.join('\n')).toBe(true);
    expect(mask(`a ${lines(8000)[7000] ?? ''} b`)).toBe('a *** b');
  });
});

/** Lines of which no two are alike, as of base64. */
function lines(count: number, seed = 'seed'): readonly string[] {
  return Array.from({ length: count }, (_, at) =>
    createHash('sha256')
      .update(seed + String(at))
      .digest('base64url'),
  );
}
