import { expect, it } from 'vitest';
import { execRequest } from './exec-request.js';

const none = { roles: [], stdin: false };

it.each([
  // Nx: everything behind `--`; only options before the command are ours.
  [
    { __unparsed__: ['--limit=a', '--limit', 'b', '--role=web', '--forks=2', 'df', '--limit=c'] },
    {
      request: { words: ['df', '--limit=c'], roles: ['web'], stdin: false, forks: 2 },
      limit: ['a', 'b'],
    },
  ],
  [
    { limit: ['c'], role: ['x'], __unparsed__: ['--host', 'a', '--stdin', '--json', 'psql'] },
    { request: { words: ['psql'], roles: [], stdin: true }, limit: ['a'], json: true },
  ],
  // fairness-deploy
  [
    { limit: ['a'], role: ['web'], forks: 3, __unparsed__: ['--', 'ls', '--role=db'] },
    {
      request: { words: ['ls', '--role=db'], roles: ['web'], stdin: false, forks: 3 },
      limit: ['a'],
    },
  ],
  [{ __unparsed__: [] }, { request: { words: [], ...none }, limit: [] }],
])('execRequest() of %j', (given, request) => {
  expect(execRequest(given)).toEqual({ json: false, ...request });
});

it('execRequest() tells what Nx has dropped', () => {
  const line = 'node nx run prod:exec --role web -- uptime';
  expect(execRequest({ __unparsed__: ['uptime'] }, line).request.dropped).toBe('--role');
});
