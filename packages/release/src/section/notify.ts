import { webhookUrlSchema, z } from '@fairness-deploy/core';
import type { Text } from '@fairness-deploy/shell/secret';

const ON = 'expected success, failure or both';

/** The webhooks that get the ends of deployments and rollbacks. */
export interface Notification {
  readonly url: Text;
  readonly on: readonly ('success' | 'failure')[];
}

const notificationSchema = z.strictObject({
  url: webhookUrlSchema.describe(
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
