import { readSshPublicKey } from './ssh-public-key.js';

/** A person or machine that a file is encrypted for. */
export interface TeamMember {
  /** `age1…`, or `ssh-ed25519 AAAA…`. */
  readonly key: string;
  /** Its name for people; without one, the key. */
  readonly name: string;
}

const LINE = /^(age1[0-9a-z]+|ssh-(?:ed25519|rsa) [A-Za-z0-9+/]+=*)(?:\s+(\S.*))?$/;
/** What YAML reads as it is written. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}@._+() -]*$/u;
/** The same for a recipient without a name: its {@link shortened} key. */
const SHORTENED = /^(?:age1|ssh-)[\w+/ -]{8}…[\w+/=]{6}$/;

/** Whether a recipient can have this name. */
export function isRecipientName(text: string): boolean {
  return NAME.test(text) || SHORTENED.test(text);
}

/**
 * Reads a recipient as `age -R` and `~/.ssh/id_ed25519.pub` write them: a key and an optional name.
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
    // Without OpenSSL's message.
    throw error instanceof RangeError && !('code' in error)
      ? error
      : new RangeError('it is damaged');
  }
}
