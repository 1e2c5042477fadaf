/**
 * A value as programs quote it, for values of which hardly anything is left without quotes
 * and backslashes: {@link asQuoted} finds all others, whatever they are quoted by.
 */
export function quotedForms(value: string): readonly string[] {
  const json = inJson(value);
  const [percent, url, form] = [/[^]/gu, /[^\w.!~*'()-]/gu, /[^\w.*-]/gu].map((unsafe) =>
    value.replaceAll(unsafe, percentEncoded),
  );
  const double = value.replaceAll(/["$`\\]/g, String.raw`\$&`);
  return [
    ...[json, inJson(json), inAscii(json)],
    ...[percent, url, form, form?.replaceAll('%20', '+')].flatMap((text = '') => [
      text,
      text.replaceAll(/%../g, (hex) => hex.toLowerCase()),
    ]),
    ...[String.raw`'\''`, `'"'"'`, `''`, String.raw`\'`].map((quote) =>
      value.replaceAll("'", quote),
    ),
    ...[double, value.replaceAll(/\W/gu, String.raw`\$&`)],
    ...['"', '%', '$'].map((sign) => value.replaceAll(sign, () => sign + sign)),
    value.replaceAll('%', '%%').replaceAll(/["\\]/g, String.raw`\$&`),
    ...['&#39;', '&#x27;', '&apos;', "'"].map((quote) => inHtml(value, quote)),
    ...[10, 16].map((base) => inEntities(value, base)),
    inUnits(value, /[^]/g),
    ...['\\', String.raw`\0`].map((escape) => inOctal(value, escape)),
    value.replaceAll(/[^]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`),
  ].filter((text) => text !== value);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function inAscii(json: string): string {
  return inUnits(json, /[^ -~]/g);
}

function inUnits(text: string, which: RegExp): string {
  return text.replaceAll(which, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function inEntities(value: string, base: number): string {
  return value.replaceAll(
    /[^]/gu,
    (one) => `&#${base === 16 ? 'x' : ''}${(one.codePointAt(0) ?? 0).toString(base)};`,
  );
}

function inOctal(value: string, escape: string): string {
  return [...Buffer.from(value)].map((byte) => escape + byte.toString(8).padStart(3, '0')).join('');
}

function percentEncoded(character: string): string {
  return Buffer.from(character).toString('hex').toUpperCase().replaceAll(/../g, '%$&');
}

function inHtml(value: string, quote: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", quote);
}
