/** Backslashes before a character, as deep as text is quoted within quoted text. */
const ESCAPES = String.raw`\\{0,7}`;

/** What JSON, C and shells write after a backslash for a control character. */
const LETTERS: Readonly<Record<string, string>> = {
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\b': 'b',
  '\f': 'f',
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

/**
 * A regular expression's source for a value as programs print it: as it is, percent-encoded
 * (RFC 3986), quoted for a shell, escaped as in JSON, C, SQL, INI or HTML. Each character may
 * be written in any of these ways.
 */
export function writtenForms(value: string): string {
  // A run of backslashes is one thing: else there were too many ways to match it.
  return value.replaceAll(/\\+|[\s\S]/gu, (piece) =>
    piece.startsWith('\\') ? backslashes(piece.length) : character(piece),
  );
}

function backslashes(count: number): string {
  const encoded = String.raw`(?:%5[Cc]){${String(count)}}`;
  return String.raw`(?:\\{${String(count)},${String(8 * count)}}|${encoded})`;
}

function character(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0'));
  const percent = bytes.map((hex) => `%${anyCase(hex)}`).join('');
  if (/^[A-Za-z0-9]$/.test(text)) return `(?:${text}|${percent})`;
  const units = Array.from({ length: text.length }, (_, at) =>
    text.charCodeAt(at).toString(16).padStart(4, '0'),
  );
  const unicode = units.map((hex) => String.raw`\\{1,7}u${anyCase(hex)}`).join('');
  const letter = LETTERS[text];
  const entity = ENTITIES[text];
  const ways = [
    ESCAPES + literal(text),
    percent,
    unicode,
    ...(text === ' ' ? [String.raw`\+`] : []),
    ...(letter === undefined ? [] : [String.raw`\\{1,7}${letter}`]),
    ...(entity === undefined ? [] : [`&(?:amp;)?(?:${entity}|#x?0*(?:${codes(text)}));`]),
    // Ends and begins the quotes of a shell again.
    ...(text === "'" ? [String.raw`'\\''`, `'"'"'`] : []),
    // Doubled: SQL, CSV, INI with %, systemd and make with $.
    ...(/^['"%$]$/.test(text) ? [literal(text + text)] : []),
    ...(/[^ -~]/.test(text)
      ? [octal(text), bytes.map((hex) => `\\\\x${anyCase(hex)}`).join('')]
      : []),
  ];
  // The longest first: `''` must not be taken for two of `'`.
  return `(?:${[...ways].sort((one, other) => other.length - one.length).join('|')})`;
}

function octal(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => String.raw`\\${byte.toString(8).padStart(3, '0')}`)
    .join('');
}

function codes(text: string): string {
  const code = text.charCodeAt(0);
  return `${String(code)}|${anyCase(code.toString(16))}`;
}

/** Of hexadecimal digits. */
export function anyCase(hex: string): string {
  return hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** Characters that stand for themselves. */
export function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
