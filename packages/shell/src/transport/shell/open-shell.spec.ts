import { PassThrough } from 'node:stream';
import { Secret } from '../../secret/secret.js';
import { expect, it } from 'vitest';
import { openShell, type Prompt } from './open-shell.js';
import type { Wire } from './wire.js';

const prompt: Prompt = { mark: 'ask:', answer: new Secret('password', 'pw') };

interface FakeWire extends Wire {
  readonly stdin: PassThrough;
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
}

/** A wire whose other end is the test. */
function fakeWire(ended = new Promise<string>(() => undefined)): FakeWire {
  return {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    ended,
    close: () => Promise.resolve(),
    destroy: () => undefined,
  };
}

/** Lets the streams hand over what was written. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('openShell() finds the shell behind any noise', async () => {
  const wire = fakeWire();
  const opening = openShell(wire, 'n', 1000);
  for (const text of ['Welcome\nn read', 'y?\nn re', 'ady\n']) wire.stdout.write(text);
  expect(await opening).toEqual({ status: 'ready' });
});

it('openShell() answers a prompt when it has come whole, and only once', async () => {
  const wire = fakeWire();
  const opening = openShell(wire, 'n', 1000, prompt);
  const { stdin, stderr } = wire;
  stderr.write('lecture\na');
  stderr.write('sk');
  await turn();
  expect(stdin.read()).toBeNull();
  stderr.write(':');
  await turn();
  expect(String(stdin.read())).toBe('pw\n');
  stderr.write('Sorry, try again.\nask:');
  expect(await opening).toEqual({ status: 'wrong-answer' });
  expect(stdin.read()).toBeNull();
});

it('openShell() tells why there is no shell, with the last that was said', async () => {
  const wire = fakeWire(
    turn()
      .then(turn)
      .then(() => 'the shell ended with status 1'),
  );
  const opening = openShell(wire, 'n', 1000, prompt);
  wire.stderr.write('no\n');
  expect(await opening).toEqual({
    status: 'ended',
    reason: 'the shell ended with status 1',
    said: 'no',
    begun: false,
  });
  expect(await openShell(fakeWire(), 'n', 10)).toMatchObject({ status: 'timeout' });
  await expect(openShell(fakeWire(), 'n', 1000, undefined, AbortSignal.timeout(5))).rejects.toThrow(
    'timeout',
  );
});

it('openShell() tells whether the login shell did anything', async () => {
  const wire = fakeWire(
    turn()
      .then(turn)
      .then(() => 'the shell ended with status 1'),
  );
  const opening = openShell(wire, 'n', 1000, prompt);
  wire.stdout.write('Welcome\nn beg');
  wire.stdout.write('un\n');
  expect(await opening).toMatchObject({ status: 'ended', said: 'Welcome', begun: true });
});
