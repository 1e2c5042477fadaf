import { expect, it } from 'vitest';
import { sh } from '../script/sh.js';
import { fakeTransport } from './fake-transport.js';

const target = { name: 'web', address: 'web', knownHostsFile: '/none', sudo: false };

it('fakeTransport() answers as told, and keeps what was run', async () => {
  const transport = fakeTransport(({ script }) =>
    String(script) === 'id' ? 'root\n' : { status: 1, stderr: 'no\n' },
  );
  const connection = await transport.connect(target);
  expect(await connection.run(sh`id`)).toEqual({
    status: 0,
    stdout: Buffer.from('root\n'),
    stderr: '',
  });
  expect(await connection.run(sh`other`)).toMatchObject({ status: 1, stderr: 'no\n' });
  expect(transport.runs.map(({ script }) => String(script))).toEqual(['id', 'other']);
  expect(connection.traffic.roundTrips).toBe(2);
  await connection.close();
  expect(transport.open).toBe(0);
});

it('fakeTransport() throws what it is told to throw', async () => {
  const lost = fakeTransport(() => new Error('lost'));
  await expect((await lost.connect(target)).run(sh`id`)).rejects.toThrow('lost');
  const unreachable = fakeTransport(
    () => '',
    ({ name }) => {
      throw new Error(`no ${name}`);
    },
  );
  await expect(unreachable.connect(target)).rejects.toThrow('no web');
});
