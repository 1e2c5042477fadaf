import { expect, it } from 'vitest';
import { mailOf } from './mail.js';

it('mailOf() has headers of ASCII on short lines, whatever the subject is', () => {
  const subject = `❌ prod, web is failing: ${'é'.repeat(100)}\nBcc: everybody@example.org`;
  const mail = mailOf('ops@example.org', { subject, text: 'ä'.repeat(200) });
  const [head = '', body = ''] = mail.split('\n\n');
  expect(mail).toMatch(/^[ -~\n]*$/);
  expect(Math.max(...mail.split('\n').map((line) => line.length))).toBeLessThanOrEqual(85);
  expect(
    head
      .split('\n')
      .filter((line) => /^\S/.test(line))
      .map((line) => line.split(':')[0]),
  ).toEqual([
    ...['To', 'Subject', 'Auto-Submitted', 'MIME-Version', 'Content-Type'],
    'Content-Transfer-Encoding',
  ]);
  const words = [...head.matchAll(/=\?utf-8\?B\?(.*)\?=/g)].map(([, word = '']) =>
    Buffer.from(word, 'base64').toString(),
  );
  expect(words.join('')).toBe(subject);
  expect(Buffer.from(body, 'base64').toString()).toBe(`${'ä'.repeat(200)}\n`);
});
