import { expect, it } from 'vitest';
import { sshRequest } from './ssh-request.js';

it.each([
  // Nx: `--host=b uptime`, `--host b uptime`, `-- --host=b grep -c x --command y`, `-- echo --host=c`
  [{ host: 'b', __unparsed__: ['--host=b', 'uptime'] }, 'b', ['uptime']],
  [{ host: 'b', __unparsed__: ['--host', 'b', 'uptime'] }, 'b', ['uptime']],
  [
    { host: 'b', command: 'y', __unparsed__: ['--host=b', 'grep', '-c', 'x', '--command', 'y'] },
    'b',
    ['grep', '-c', 'x', '--command', 'y'],
  ],
  [{ host: 'c', __unparsed__: ['echo', '--host=c'] }, undefined, ['echo', '--host=c']],
  [{ host: 'b', command: 'id -u', __unparsed__: ['--command=id -u', '--host=b'] }, 'b', ['id -u']],
  [{ __unparsed__: [] }, undefined, []],
  // A target's options in project.json.
  [{ host: 'b', command: 'id' }, 'b', ['id']],
  // fairness-deploy: `--host b -- echo --host=c`
  [{ host: 'b', __unparsed__: ['--', 'echo', '--host=c'] }, 'b', ['echo', '--host=c']],
])('sshRequest() of %j is for host %s to run %j', (options, host, words) => {
  expect(sshRequest(options)).toEqual({ words, ...(host === undefined ? {} : { host }) });
});

it.each([
  ['nx run prod:ssh --host=b -- uptime', { __unparsed__: ['uptime'] }, '--host=b'],
  ['nx run prod:ssh -- --host=b uptime', { __unparsed__: ['--host=b', 'uptime'] }, undefined],
  // ps shows no quotes: the -- is within the command.
  [
    'nx run prod:ssh --command grep -- x /etc/hosts',
    { __unparsed__: ['--command', 'grep -- x /etc/hosts'] },
    undefined,
  ],
])('sshRequest() of %j knows what Nx has dropped', (line, given, dropped) => {
  expect(sshRequest(given, line).dropped).toBe(dropped);
});
