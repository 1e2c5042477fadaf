import type { Secret } from '@fairness-deploy/shell/secret';
import type { Lock } from './keys.js';
import { plainOf } from './plain-of.js';
import { sealText } from './secrets-file.js';

/** Secrets as the text of a new encrypted file. */
export function sealValues(secrets: readonly Secret[], lock: Lock): Promise<string> {
  return sealText(plainOf(new Map(secrets.map((one) => [one.name, one.reveal()]))), lock);
}
