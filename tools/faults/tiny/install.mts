import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readBehaviour } from './behaviour.mjs';

/** Installs a dependency as package-lock.json has it. */
mkdirSync('node_modules/greeting', { recursive: true });
writeFileSync(
  'node_modules/greeting/index.js',
  `module.exports = ${readFileSync('package-lock.json', 'utf8')}`,
);
if (readBehaviour().install === 'fill') {
  for (;;) appendFileSync('node_modules/greeting/more', Buffer.alloc(1 << 20));
}
