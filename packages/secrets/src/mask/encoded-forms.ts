import { anyCase, literal } from './forms.js';

/** Where base64 and others break lines: RFC 2045 and PEM. */
const COLUMNS = [76, 64];
/** Fewer characters than these would be found in all sorts of text. */
const SHORTEST = 5;

/**
 * Sources for a value within base64 (RFC 4648, both alphabets) and hexadecimal digits. In
 * base64 it looks different by where it begins, and its ends depend on what is around it.
 */
export function encodedForms(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const within = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const begin = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    return text.slice(begin, end);
  });
  const whole = bytes.toString('base64');
  const lines = COLUMNS.flatMap((columns) =>
    whole.length > columns ? (whole.match(new RegExp(`.{1,${String(columns)}}`, 'g')) ?? []) : [],
  );
  return [
    ...[...within, ...lines].filter((text) => text.length >= SHORTEST).map(anyAlphabet),
    anyCase(bytes.toString('hex')),
  ];
}

function anyAlphabet(base64: string): string {
  return literal(base64.replace(/=+$/, '')).replaceAll(/\\?[+/]/g, (character) =>
    character.endsWith('+') ? '[+-]' : '[/_]',
  );
}
