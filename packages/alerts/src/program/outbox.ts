import { sendWebhook, z } from '@fairness-deploy/core';
import { Text } from '@fairness-deploy/shell/secret';
import { sendMail } from './mail.js';
import type { Message } from './message.js';

/** Who is told: what the plugin writes beside the program, with secrets in it. */
export const recipientsSchema = z.object({
  urls: z.array(z.string()),
  mails: z.array(z.string()),
  deadMansSwitch: z.string().exactOptional(),
});
export type Recipients = z.infer<typeof recipientsSchema>;

const unsentSchema = z.object({
  /** `url 0`: the recipient's place in its list. */
  to: z.string(),
  /** When it was written, ISO 8601, UTC. */
  at: z.iso.datetime(),
  message: z.object({ subject: z.string(), text: z.string(), data: z.looseObject({}) }),
});

/** Messages that wait for their recipients, the oldest first. */
export const outboxSchema = z.array(unsentSchema);
export type Outbox = z.infer<typeof outboxSchema>;

/** What is older is of no use any more. */
const KEPT_HOURS = 48;

/** More are not kept: a recipient that is gone for good. */
const MOST = 50;

/** The outbox with a new message for everybody. */
export function posted(
  outbox: Outbox,
  { urls, mails }: Recipients,
  message: Message,
  now: Date,
): Outbox {
  const to = [
    ...urls.map((_, at) => `url ${String(at)}`),
    ...mails.map((_, at) => `mail ${String(at)}`),
  ];
  const at = now.toISOString();
  const fresh = to.map((one) => ({
    to: one,
    at,
    message: { ...message, data: { ...message.data } },
  }));
  return [...outbox, ...fresh].slice(-MOST);
}

/**
 * Sends what waits. One that fails waits for the next run, and so do the later ones to the same recipient.
 *
 * @returns what could not be sent, and why.
 */
export async function sendAll(
  outbox: Outbox,
  recipients: Recipients,
  now: Date,
): Promise<{ readonly unsent: Outbox; readonly warnings: readonly string[] }> {
  const unsent: Outbox = [];
  const warnings = new Map<string, string>();
  for (const letter of outbox) {
    if (now.getTime() - Date.parse(letter.at) > KEPT_HOURS * 3_600_000) continue;
    const warning = warnings.get(letter.to) ?? (await send(letter, recipients));
    if (warning === undefined) continue;
    if (warning === GONE) continue;
    warnings.set(letter.to, warning);
    unsent.push(letter);
  }
  return { unsent, warnings: [...warnings.values()] };
}

/** The recipient is not in the list any more. */
const GONE = 'gone';

async function send(
  { to, message }: Outbox[number],
  { urls, mails }: Recipients,
): Promise<string | undefined> {
  const [kind = '', place = ''] = to.split(' ');
  const recipient = (kind === 'url' ? urls : mails)[Number(place)];
  if (recipient === undefined) return GONE;
  const { text, data } = message;
  return kind === 'url'
    ? sendWebhook(Text.of(recipient), { text, ...data })
    : sendMail(recipient, message);
}
