import { textSchema, z } from '@fairness-deploy/core';
import type { Text } from '@fairness-deploy/shell/secret';

const URL_EXPECTED = 'expected a URL that begins with https://';
const ON = 'expected success, failure or both';

/** The webhooks that get the ends of deployments and rollbacks. */
export interface Notification {
  readonly url: Text;
  readonly on: readonly ('success' | 'failure')[];
}

const urlSchema = textSchema
  .refine(isWebhook, { error: URL_EXPECTED, abort: true })
  // No request can be made to such a URL (Fetch standard, 5.4, Request).
  .refine((text) => text.locked !== undefined || !/^https?:\/\/[^/]*@/i.test(text.reveal()), {
    error: 'expected a URL without a user and password in front of the host',
  });

const notificationSchema = z.strictObject({
  url: urlSchema.describe(
    'The URL that gets a POST request with JSON. ${secrets.name} may stand in it.',
  ),
  on: z
    .array(z.enum(['success', 'failure'], { error: ON }), { error: 'expected a list' })
    .min(1, ON)
    .default(['success', 'failure'])
    .describe('Which ends are sent. An unknown end, after a lost connection, counts as a failure.'),
});

/** `notify` of the section `release`: one, or a list. */
export const notifySchema = z
  .union([
    notificationSchema.transform((one): readonly Notification[] => [one]),
    z.array(notificationSchema),
  ])
  .prefault([])
  .describe('Webhooks that are told how deployments and rollbacks end: one, or a list.');

/** Over http others could read a secret on the way. Nothing is sent to a locked URL. */
function isWebhook(text: Text): boolean {
  if (text.locked) return true;
  const revealed = text.reveal();
  if (!URL.canParse(revealed)) return false;
  const { protocol } = new URL(revealed);
  return protocol === 'https:' || (protocol === 'http:' && text.secrets.length === 0);
}
