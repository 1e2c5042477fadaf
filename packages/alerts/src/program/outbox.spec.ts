import { expect, it } from 'vitest';
import { posted, sendAll, type Recipients } from './outbox.js';

const now = new Date('2026-12-01T12:00:00Z');
const message = { subject: 'prod, web is failing', text: 'x', data: {} };
const recipients: Recipients = {
  urls: ['https://one.example', 'https://two.example'],
  mails: ['a@b.c'],
};

it('posted() has a letter for each recipient, and keeps the last fifty', () => {
  const once = posted([], recipients, message, now);
  expect(once.map(({ to }) => to)).toEqual(['url 0', 'url 1', 'mail 0']);
  let outbox = once;
  for (let times = 0; times < 30; times += 1) outbox = posted(outbox, recipients, message, now);
  expect(outbox).toHaveLength(50);
  expect(outbox.at(-1)?.to).toBe('mail 0');
});

it('sendAll() forgets what is too old, and what is for nobody any more', async () => {
  const outbox = posted([], recipients, message, now);
  const later = new Date(now.getTime() + 49 * 3_600_000);
  expect(await sendAll(outbox, recipients, later)).toEqual({ unsent: [], warnings: [] });
  expect(await sendAll(outbox, { urls: [], mails: [] }, now)).toEqual({ unsent: [], warnings: [] });
});
