const P = 2n ** 255n - 19n;

/**
 * The X25519 public key that belongs to an Ed25519 public key: the birational map
 * u = (1 + y) / (1 - y) of RFC 7748, section 4.1. Nothing in it is secret.
 *
 * @throws RangeError when it isn't a public key that anything can be encrypted to.
 */
export function montgomery(publicKey: Uint8Array): Buffer {
  const bytes = Buffer.from(publicKey).reverse();
  // The highest bit is the sign of x, which u doesn't depend on.
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  const y = BigInt(`0x${bytes.toString('hex')}`);
  if (publicKey.length !== 32 || y >= P || y <= 1n) {
    throw new RangeError('Cannot use the key: it is not a point of Ed25519');
  }
  const u = mod((1n + y) * power(mod(1n - y), P - 2n));
  return Buffer.from(u.toString(16).padStart(64, '0'), 'hex').reverse();
}

function mod(value: bigint): bigint {
  return ((value % P) + P) % P;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}
