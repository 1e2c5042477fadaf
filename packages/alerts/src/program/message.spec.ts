import { expect, it } from 'vitest';
import { messageOf } from './message.js';

const settings = { environment: 'prod', host: 'web' };
const now = new Date('2026-12-01T12:30:00Z');
const since = '2026-12-01T12:00:00.000Z';
const mask = (text: string): string => text.replaceAll('hunter2', '***');

it('says what fails in the words of doctor, without secrets and without harm in a chat', () => {
  const text = 'Cause: supervisor api: FATAL: "@channel <https://x|y> hunter2"\n    → provision';
  const cause = { subject: 'supervisor api', text, data: { text, explains: ['hunter2'] } };
  const message = messageOf(settings, { state: 'failing', causes: [cause], since }, now, mask);
  expect(message.subject).toBe('prod, web is failing: supervisor api');
  expect(message.text).toBe(
    [
      '❌ prod, web is failing',
      'Cause: supervisor api: FATAL: "@\u200bchannel ‹https://x|y› ***"',
      '    → provision',
      'npx nx run prod:doctor says more',
    ].join('\n'),
  );
  expect(message.data).toMatchObject({
    ...{ environment: 'prod', host: 'web', state: 'failing', since },
    causes: [{ explains: ['***'] }],
  });
});

it('says for how long something failed, when all is well again', () => {
  const message = messageOf(settings, { state: 'well', since }, now, mask);
  expect(message.text).toBe('✅ prod, web: well again after 30 minutes');
});
