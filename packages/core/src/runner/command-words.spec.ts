import { saying } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { checkWords, describeWords } from './command-words.js';

it('describeWords() quotes as a shell does, on one line, without characters for a terminal', () => {
  expect(describeWords(['sh', '-c', 'echo "it\'s"\n$X', '', '\u001b[31mred\u0007'])).toBe(
    `sh -c 'echo "it'\\''s" $X' '' red`,
  );
});

it.each([
  [
    [],
    undefined,
    'Cannot run a command: no command is given\n  → node_modules/.bin/fairness-deploy exec prod -- uptime',
  ],
  [['-x'], undefined, 'Cannot run a command: it has no option "-x"'],
  [
    ['ls -l'],
    undefined,
    'Cannot run "ls -l": it is one word with spaces, and the name of no program',
  ],
  [
    ['ls', '-l'],
    '--host=b',
    'Nx drops --host=b, as it stands before --\n  → npx nx run prod:exec -- --host=b ls -l',
  ],
])('checkWords() refuses %j', (words, dropped, message) => {
  const request = { act: 'run a command', command: 'exec', environment: 'prod', example: 'uptime' };
  expect(() => {
    checkWords({ ...request, words, dropped });
  }).toThrow(saying(message));
  expect(() => {
    checkWords({ ...request, words: ['ls', '-l'] });
  }).not.toThrow();
});
