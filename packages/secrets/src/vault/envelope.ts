import { FormatError, LINE_ENDS } from '../secrets-error.js';

/** What an encrypted text of Ansible Vault holds. */
export interface Envelope {
  /** The vault id's label of version 1.2; nothing authenticates it. */
  readonly label?: string;
  readonly salt: Buffer;
  /** HMAC-SHA256 of the ciphertext. */
  readonly mac: Buffer;
  readonly ciphertext: Buffer;
}

/** How every encrypted text begins. */
export const VAULT_MARK = '$ANSIBLE_VAULT;';

const HEADER = /^\$ANSIBLE_VAULT;(?:1\.1;AES256|1\.2;AES256;([^\s;]+))$/;
const COLUMNS = 80;
const MAC_BYTES = 32;

/**
 * The text of versions 1.1 and 1.2 (docs.ansible.com, "Ansible Vault payload format"): a
 * header, then hexadecimal digits in lines of 80, which stand for three lines of
 * hexadecimal digits. With a label it is 1.2.
 *
 * @throws RangeError when the label has blanks or semicolons.
 */
export function formatEnvelope({ label, salt, mac, ciphertext }: Envelope): string {
  if (label !== undefined && /[\s;]|^$/.test(label)) {
    throw new RangeError(
      `Cannot label a vault ${JSON.stringify(label)}: expected neither blanks nor ;`,
    );
  }
  const header =
    label === undefined ? `${VAULT_MARK}1.1;AES256` : `${VAULT_MARK}1.2;AES256;${label}`;
  const inner = [salt, mac, ciphertext].map((bytes) => bytes.toString('hex')).join('\n');
  const payload = Buffer.from(inner, 'latin1').toString('hex');
  return [header, ...(payload.match(/.{1,80}/g) ?? []), ''].join('\n');
}

/**
 * Parses an encrypted text. Stricter than Ansible: a text that isn't byte for byte as Ansible
 * writes it was damaged, even if a lenient reader could guess the meaning.
 *
 * @throws FormatError that says which part is wrong.
 */
export function parseEnvelope(text: string): Envelope {
  const [header = '', ...lines] = text.split('\n');
  const found = HEADER.exec(header);
  if (found === null)
    throw new FormatError(headerProblem(header), header.endsWith('\r') ? { hint: LINE_ENDS } : {});
  if (lines.pop() !== '') {
    throw new FormatError('its last line has no end, so it may not be whole', {
      hint: 'fetch it from git again; if only the last line break is missing, add it',
    });
  }
  lines.forEach((line, at) => {
    const full = at < lines.length - 1;
    if (!/^[0-9a-f]+$/.test(line) || (full ? line.length !== COLUMNS : line.length > COLUMNS)) {
      throw new FormatError(`line ${String(at + 2)} is damaged, expected 80 hexadecimal digits`);
    }
  });
  const parts = Buffer.from(lines.join(''), 'hex').toString('latin1').split('\n');
  const [salt, mac, ciphertext] = parts.map(fromHex);
  if (parts.length !== 3 || !salt?.length || mac?.length !== MAC_BYTES || !ciphertext?.length) {
    throw new FormatError('it is damaged or not whole, expected salt, HMAC and ciphertext');
  }
  const label = found[1];
  const envelope = { ...(label !== undefined && { label }), salt, mac, ciphertext };
  if (formatEnvelope(envelope) !== text) throw new FormatError('it is damaged or not whole');
  return envelope;
}

function headerProblem(header: string): string {
  if (header.endsWith('\r')) {
    return 'its lines end with CRLF, expected LF: git or an editor has converted them';
  }
  const version = /^\$ANSIBLE_VAULT;([\d.]+)/.exec(header)?.[1];
  return version === undefined || /^1\.[12]$/.test(version)
    ? 'its first line is damaged, expected $ANSIBLE_VAULT;1.1;AES256 or $ANSIBLE_VAULT;1.2;AES256;<label>'
    : `it is of Ansible Vault's version ${version}, expected 1.1 or 1.2`;
}

/** @returns undefined when it isn't hexadecimal. */
function fromHex(text: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})*$/.test(text) ? Buffer.from(text, 'hex') : undefined;
}
