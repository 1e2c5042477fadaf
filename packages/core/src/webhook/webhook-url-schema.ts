import type { Text } from '@fairness-deploy/shell/secret';
import { textSchema } from '../inventory/text-schema.js';

const EXPECTED = 'expected a URL that begins with https://';

/** The URL of a webhook. `http:` is for one without secrets. */
export const webhookUrlSchema = textSchema
  .refine(isWebhook, { error: EXPECTED, abort: true })
  // No request can be made to such a URL (Fetch standard, 5.4, Request).
  .refine((text) => text.locked !== undefined || !/^https?:\/\/[^/]*@/i.test(text.reveal()), {
    error: 'expected a URL without a user and password in front of the host',
  });

/** Over http others could read a secret on the way. Nothing is sent to a locked URL. */
function isWebhook(text: Text): boolean {
  if (text.locked) return true;
  const revealed = text.reveal();
  if (!URL.canParse(revealed)) return false;
  const { protocol } = new URL(revealed);
  return protocol === 'https:' || (protocol === 'http:' && text.secrets.length === 0);
}
