import { expect, it } from 'vitest';
import { judgeServer } from './checks.js';

const running = (found: object) =>
  `15/main\nyes\n${JSON.stringify({ version: '15.18', pending: [], errors: [], ...found })}\n`;

it.each([
  ['/\n\n', 'fail: not set up → npx nx run prod:provision'],
  ['15/main\n\n', 'fail: the cluster 15/main does not run → npx nx run prod:provision'],
  [running({}), 'ok: PostgreSQL 15.18 runs (15/main)'],
  [
    running({ pending: ['max_connections', 'shared_buffers'] }),
    'warn: settings wait for a restart: max_connections, shared_buffers → systemctl restart postgresql@15-main',
  ],
  [
    running({ pending: ['port'], errors: ['pg_hba.conf:3: end-of-line before'] }),
    'fail: it cannot use its files: pg_hba.conf:3: end-of-line before → correct these lines: until then, the server reads none of the changes',
  ],
])('judgeServer(%j)', (output, text) => {
  const { name, level, text: said, hint } = judgeServer(output, 'prod');
  expect(name).toBe('server');
  expect(`${level}: ${said}${hint === undefined ? '' : ` → ${hint}`}`).toBe(text);
});
