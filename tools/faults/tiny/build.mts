import { existsSync, writeFileSync } from 'node:fs';
import { readBehaviour } from './behaviour.mjs';

const { build } = readBehaviour();
if (build === 'fails') throw new Error('the build failed as it was told to');
// Lasts until the test ends it.
while (build === 'waits' && !existsSync('/run/tiny-go')) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
}
writeFileSync('commit', process.env['COMMIT'] ?? '');
