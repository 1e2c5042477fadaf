/** Passwords as PostgreSQL keeps them: SCRAM-SHA-256 (RFC 5802, RFC 7677). */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
// RFC 4013 in full, with the tables of Unicode 3.2 that it refers to; kept by MongoDB for its own driver.
import { saslprep } from '@mongodb-js/saslprep';

/** PostgreSQL's own number (`scram_iterations`). */
const ITERATIONS = 4096;
const DIGEST = 'sha256';
const SALT_BYTES = 16;

/**
 * The verifier of a password, in the form of pg_authid (PostgreSQL's manual, 53.8): a server lets its
 * owner in, and cannot log in with it elsewhere.
 *
 * @param subject what it is for, such as the environment and the role: the salt follows from it, and not
 *   from the password, so that a plan is the same each time and the salt tells nothing
 */
export function scramVerifier(password: string, subject: string): string {
  const salt = createHash(DIGEST).update(`fairness-deploy\0${subject}`).digest();
  return verifierOf(password, salt.subarray(0, SALT_BYTES), ITERATIONS);
}

/** Whether a verifier is of a password, whatever its salt and iterations are. */
export function isVerifierOf(verifier: string, password: string): boolean {
  const [, iterations, salt] = /^SCRAM-SHA-256\$(\d{1,7}):([A-Za-z0-9+/=]+)\$/.exec(verifier) ?? [];
  if (iterations === undefined || salt === undefined || Number(iterations) < 1) return false;
  const own = verifierOf(password, Buffer.from(salt, 'base64'), Number(iterations));
  return own.length === verifier.length && timingSafeEqual(Buffer.from(own), Buffer.from(verifier));
}

function verifierOf(password: string, salt: Buffer, iterations: number): string {
  const salted = pbkdf2Sync(prepared(password), salt, iterations, 32, DIGEST);
  const keyOf = (what: string): Buffer => createHmac(DIGEST, salted).update(what).digest();
  const stored = createHash(DIGEST).update(keyOf('Client Key')).digest('base64');
  const server = keyOf('Server Key').toString('base64');
  return `SCRAM-SHA-256$${String(iterations)}:${salt.toString('base64')}$${stored}:${server}`;
}

/** As libpq and the server do: a password that SASLprep refuses is taken as it is (pg_saslprep). */
function prepared(password: string): string {
  // The manual says so of ASCII alone; SASLprep refuses its control characters.
  if (/^[\0-\x7f]*$/.test(password)) return password;
  try {
    const text = saslprep(password);
    return text === '' ? password : text;
  } catch {
    return password;
  }
}

/**
 * Whether PostgreSQL and others prepare a password alike. It judges a character before it is normalised, as
 * one that is unknown to Unicode 3.2 (saslprep.c), SASLprep afterwards (RFC 4013, 2.3 and 2.5). The two can
 * only differ for a character that normalisation (NFKC) changes.
 */
export function isPreparedAlike(password: string): boolean {
  return Array.from(password).every((character) => character.normalize('NFKC') === character);
}
