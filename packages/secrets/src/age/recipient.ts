import { readSshPublicKey } from './ssh-public-key.js';

/** Someone whom a file is encrypted for. */
export interface TeamMember {
  /** `age1…`, or `ssh-ed25519 AAAA…`. */
  readonly key: string;
  /** What people call it; the key's own where it has none. */
  readonly name: string;
}

const LINE = /^(age1[0-9a-z]+|ssh-(?:ed25519|rsa) [A-Za-z0-9+/]+=*)(?:\s+(\S.*))?$/;
/** What YAML reads as it is written. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}@._+() -]*$/u;
/** The same of those who have no name: their {@link shortened} key. */
const SHORTENED = /^(?:age1|ssh-)[\w+/ -]{8}…[\w+/=]{6}$/;

/** Whether a recipient can be called so. */
export function isRecipientName(text: string): boolean {
  return NAME.test(text) || SHORTENED.test(text);
}

/**
 * Reads a recipient as `age -R` has them and `~/.ssh/id_ed25519.pub` holds them: a key and
 * whatever name.
 *
 * @throws RangeError with a clause that says why it can't be one.
 */
export function readRecipient(line: string): TeamMember {
  const [, key, name] = LINE.exec(line.trim()) ?? [];
  if (key === undefined) {
    throw new RangeError(
      /^AGE-SECRET-KEY-|PRIVATE KEY/.test(line)
        ? 'it is a private key, which must stay where it is: expected the public one'
        : 'expected age1…, ssh-ed25519 AAAA… or ssh-rsa AAAA…, with a name after it',
    );
  }
  const [type, base64] = key.split(' ');
  if (base64 !== undefined) {
    const blob = Buffer.from(base64, 'base64');
    if (blob.toString('base64') !== base64) throw new RangeError('it is damaged');
    const read = attempt(() => readSshPublicKey(blob));
    if (read.type !== type) throw new RangeError('it is damaged');
  }
  const shown = name?.trim() ?? '';
  if (shown !== '' && !NAME.test(shown)) {
    throw new RangeError(
      `its name is ${JSON.stringify(shown)}, expected letters, digits, blanks and @ . _ + - ( )`,
    );
  }
  return { key, name: shown === '' ? shortened(key) : shown };
}

/** The line that stands for a recipient. */
export function recipientLine({ key, name }: TeamMember): string {
  return name === shortened(key) ? key : `${key} ${name}`;
}

function shortened(key: string): string {
  return `${key.slice(0, 12)}…${key.slice(-6)}`;
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    // Whatever OpenSSL says of it.
    throw error instanceof RangeError && !('code' in error)
      ? error
      : new RangeError('it is damaged');
  }
}
