import { Secret, Text } from '@fairness-deploy/shell/secret';
import { expect, it } from 'vitest';
import { recipientsSchema } from '../program/outbox.js';
import { recipientsFile } from './recipients-file.js';

const common = { schedule: '*:0/5', after: 2 };

it('recipientsFile() is what the program reads, and is all secret', () => {
  const hook = Text.of('https://chat.example/', new Secret('hook', 'a"b\\'));
  const file = recipientsFile({
    ...common,
    notify: [
      { url: hook },
      { mail: 'ops@example.org' },
      { url: Text.of('https://plain.example/path') },
    ],
    deadMansSwitch: Text.of('https://switch.example/x'),
  });
  expect(String(file)).toBe('***');
  expect(recipientsSchema.parse(JSON.parse(file.reveal()))).toEqual({
    urls: ['https://chat.example/a"b\\', 'https://plain.example/path'],
    mails: ['ops@example.org'],
    deadMansSwitch: 'https://switch.example/x',
  });
});
