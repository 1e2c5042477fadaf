import { expect, it } from 'vitest';
import { excerpt } from './excerpt.js';

it('excerpt() fits within a message', () => {
  expect(excerpt(' SSH-2.0\u001b[2J\r\n\tsays:\u202e no\u0000 ')).toBe('SSH-2.0 says: no');
  expect(excerpt('x'.repeat(301))).toBe('x'.repeat(300));
});
