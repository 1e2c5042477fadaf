import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { WantedSecret } from '@fairness-deploy/core';

/** A value in place of a secret's. */
export interface StandIn {
  readonly value: string;
  /** Whether it is random: only then is it masked in output. */
  readonly isRandom: boolean;
}

const BYTES = 24;

/** No such name is in any DNS (RFC 6761, 6.4). */
const NOWHERE = 'stand-in.invalid';

/** The shapes that names of secrets suggest; the first one counts. */
const SHAPES: readonly (readonly [RegExp, () => string])[] = [
  [/(^|_)(private_key|ssh_key|signing_key|jwt_key|pem)$/, privateKey],
  [/(^|_)(url|uri|dsn|endpoint|webhook)$/, () => `https://${NOWHERE}/`],
  [/(^|_)(email|mail|sender)$/, () => `nobody@${NOWHERE}`],
  [/(^|_)(host|hostname|domain)$/, () => NOWHERE],
  // Discard (RFC 863): nothing listens there.
  [/(^|_)port$/, () => '9'],
  [/(^|_)(user|username|login)$/, () => 'stand_in'],
];

/**
 * A stand-in for a secret, of the shape that its name suggests, as `nx g environment` makes those that it
 * can make: a random text where nothing says more.
 */
export function standInFor({
  name,
  bytes = BYTES,
  deprecated,
}: Pick<WantedSecret, 'name' | 'bytes' | 'deprecated'>): StandIn {
  if (deprecated) return { value: 'none', isRandom: false };
  const shape = SHAPES.find(([pattern]) => pattern.test(name))?.[1];
  if (shape) return { value: shape(), isRandom: shape === privateKey };
  return { value: randomBytes(bytes).toString('hex'), isRandom: true };
}

function privateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
