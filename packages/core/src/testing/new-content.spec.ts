import { Secret, Text } from '@fairness-deploy/shell/secret';
import { expect, it } from 'vitest';
import { file } from '../resources/file.js';
import { newContent } from './new-content.js';

it('newContent() is what a file will hold, unless that is a secret', () => {
  const open = file({ path: '/open', content: 'one\n\n  two\n' });
  const hidden = file({ path: '/hidden', content: Text.of(new Secret('token', 'x1y2z3')) });
  expect(newContent([hidden, open], 'file:/open')).toBe('one\n\n  two\n');
  expect(() => newContent([hidden, open], 'file:/hidden')).toThrow('file:/hidden');
  expect(() => newContent([open], 'file:/none')).toThrow('Cannot find the content of file:/none');
});
