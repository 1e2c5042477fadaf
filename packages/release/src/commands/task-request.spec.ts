import { expect, it } from 'vitest';
import { taskRequest } from './task-request.js';

it.each([
  [
    { __unparsed__: ['npm', 'run', 'seed', '--tty'], tty: true },
    { words: ['npm', 'run', 'seed', '--tty'], tty: false },
  ],
  [
    { __unparsed__: ['--tty', '--release=3f2a1bc', '--directory', 'api', 'node'] },
    { words: ['node'], tty: true, release: '3f2a1bc', directory: 'api' },
  ],
  [
    { host: 'b', __unparsed__: ['--', '--host=c'] },
    { words: ['--host=c'], tty: false, host: 'b' },
  ],
])('taskRequest() of %j', (given, request) => {
  expect(taskRequest(given)).toEqual({ request, json: false });
});

it('taskRequest() tells what Nx has dropped', () => {
  const line = 'node nx run prod:task --release x -- npm run seed';
  expect(taskRequest({ __unparsed__: ['npm'] }, line).request.dropped).toBe('--release');
});
