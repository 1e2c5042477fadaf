import { expect, it } from 'vitest';
import { keyComment } from './key-comment.js';

it.each([
  [['sites', 'shop', 'headers'], undefined, '# Key nginx.sites.shop.headers'],
  [['sites', 'shop', 'paths', '/a"\n'], undefined, '# Key nginx.sites.shop.paths["/a\\"\\n"]'],
  [['sites', 'shop', 'snippet'], 'own.conf', '# Key nginx.sites.shop.snippet (own.conf)'],
])('keyComment() names %j in one line', (path, file, comment) => {
  expect(keyComment(path, file)).toBe(comment);
});
