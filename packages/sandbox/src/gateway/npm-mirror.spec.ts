import { expect, it } from 'vitest';
import { rewriteTarballs } from './npm-mirror.js';

it('rewriteTarballs() points archives at the gateway and leaves other text alone', () => {
  const document =
    '{"homepage":"https://registry.example/a","dist":{"tarball":"https://registry.example/a/-/a-1.0.0.tgz"}}';
  expect(rewriteTarballs(document, 'https://registry.example/')).toBe(
    '{"homepage":"https://registry.example/a","dist":{"tarball":"http://gateway.sandbox.internal:48080/a/-/a-1.0.0.tgz"}}',
  );
});
