const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const CHECKSUM_WORDS = 6;

/** Encodes bytes as Bech32 (BIP 173), of any length as age has it. Lower case. */
export function bech32(prefix: string, bytes: Uint8Array): string {
  const words = inFives(bytes);
  const codes = [...Buffer.from(prefix)];
  const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
  const rest = polymod([...expanded, ...words, ...Array<number>(CHECKSUM_WORDS).fill(0)]) ^ 1;
  const checksum = Array.from(
    { length: CHECKSUM_WORDS },
    (_, at) => (rest >> (5 * (CHECKSUM_WORDS - 1 - at))) & 31,
  );
  return `${prefix}1${[...words, ...checksum].map((word) => ALPHABET.charAt(word)).join('')}`;
}

function inFives(bytes: Uint8Array): readonly number[] {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => parseInt(five.padEnd(5, '0'), 2));
}

function polymod(words: readonly number[]): number {
  return words.reduce((sum, word) => {
    const top = sum >> 25;
    return GENERATORS.reduce(
      (mixed, generator, bit) => ((top >> bit) & 1 ? mixed ^ generator : mixed),
      ((sum & 0x1ffffff) << 5) ^ word,
    );
  }, 1);
}
