import { spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { literal, sh } from '../script/sh.js';
import { ConnectionLostError, OutputLimitError, RunTimeoutError } from './errors.js';
import { localTransport } from './local.js';
import type { Connection, Target } from './transport.js';

const target: Target = {
  name: 'here',
  address: 'localhost',
  knownHostsFile: '/nonexistent',
  sudo: false,
};

async function* streamOf(part: string, error?: Error, times = 1): AsyncGenerator<Uint8Array> {
  for (let time = 0; time < times; time++) {
    await Promise.resolve();
    yield Buffer.from(part);
  }
  if (error) throw error;
}

const text = ({ stdout }: { stdout: Buffer }): string => stdout.toString();

it('localTransport gives scripts nothing that opens the secrets', async () => {
  vi.stubEnv('FAIRNESS_VAULT_PASSWORD', 'of-the-secrets');
  const connection = await localTransport.connect(target);
  try {
    expect(text(await connection.run(sh`env`))).not.toContain('of-the-secrets');
  } finally {
    vi.unstubAllEnvs();
    await connection.close();
  }
});

describe('a connection of localTransport', () => {
  let connection: Connection;

  beforeEach(async () => {
    connection = await localTransport.connect(target);
  });

  afterEach(async () => {
    await connection.close();
  });

  it('returns the output and the status of a script', async () => {
    expect(await connection.run(sh`echo out; echo err >&2; exit 7`)).toEqual({
      status: 7,
      stdout: Buffer.from('out\n'),
      stderr: 'err\n',
    });
  });

  it('gives scripts an empty standard input, and their input on descriptor 3', async () => {
    const input = Buffer.from([0, 255, 10, 39]);
    const { stdout } = await connection.run(sh`cat; cat <&3`, { input });
    expect(stdout).toEqual(input);
  });

  it('sends a stream as fast as the script reads it', async () => {
    const [bytes, size] = [32_000_000, 64_000];
    const folder = mkdtempSync(path.join(tmpdir(), 'input-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const go = path.join(folder, 'go');
    let made = 0;
    let most = 0;
    const chunks = async function* () {
      for (; made < bytes; made += size) {
        if (!existsSync(go)) most = made;
        await Promise.resolve();
        yield Buffer.alloc(size, 'x');
      }
    };
    const run = connection.run(
      sh`until [ -e ${go} ]; do sleep 0.05; done; tr -d x <&3 | wc -c; wc -c <&3`,
      { input: { bytes, chunks: chunks() } },
    );
    await expect.poll(() => most).toBeGreaterThan(0);
    // It waits, with what a pipe and the stream hold.
    await sleep(200);
    writeFileSync(go, '');
    expect(text(await run).split('\n')).toEqual(['0', '0', '']);
    expect([made, most < 1_000_000]).toEqual([bytes, true]);
    expect(text(await connection.run(sh`echo on`))).toBe('on\n');
  });

  it.each([
    ['too short', 5, 'it has 2 fewer than its 5 bytes'],
    ['too long', 2, 'it has more than its 2 bytes'],
  ])('refuses a stream that is %s', async (_, bytes, message) => {
    const input = { bytes, chunks: streamOf('abc') };
    await expect(connection.run(sh`cat <&3`, { input })).rejects.toThrow(message);
    await expect(connection.run(sh`echo on`)).rejects.toThrow(ConnectionLostError);
  });

  it('throws the error of a stream', async () => {
    const input = { bytes: 5, chunks: streamOf('abc', new Error('the disk is broken')) };
    await expect(connection.run(sh`cat <&3`, { input })).rejects.toThrow('the disk is broken');
  });

  it('drops the stream of a script whose shell is gone', async () => {
    const input = { bytes: 1e9, chunks: streamOf('x'.repeat(1e6), undefined, 1000) };
    await expect(connection.run(sh`kill -9 $$`, { input })).rejects.toThrow(ConnectionLostError);
  });

  it('keeps nothing of one script for the next', async () => {
    await connection.run(sh`cd /tmp; umask 077; name=value; export name; trap 'echo bye' EXIT`);
    expect(text(await connection.run(sh`pwd; umask; echo "\${name-none}"`))).toBe(
      '/\n0022\nnone\n',
    );
  });

  it('runs one at a time what is asked for at once, and counts it', async () => {
    const runs = [1, 2, 3, 4, 5].map((number) =>
      connection.run(sh`echo ${number}; sleep 0.01; echo ${number}`),
    );
    expect((await Promise.all(runs)).map(text)).toEqual(
      [1, 2, 3, 4, 5].map((number) => `${String(number)}\n${String(number)}\n`),
    );
    expect(connection.traffic.roundTrips).toBe(5);
    expect(connection.traffic.bytesReceived).toBeGreaterThan(20);
  });

  it('is not held back by children that keep the output open', async () => {
    const { stdout } = await connection.run(sh`sleep 20 & echo $!`);
    expect(text(await connection.run(sh`kill ${Number(text({ stdout }))}; echo ended`))).toBe(
      'ended\n',
    );
  });

  it('takes a script of megabytes, and input of twenty', { timeout: 30_000 }, async () => {
    const script = literal(`x='${'a'.repeat(3_000_000)}'\necho \${#x}`);
    expect(text(await connection.run(script))).toBe('3000000\n');
    const input = Buffer.alloc(20_000_000, 'b');
    expect(text(await connection.run(sh`wc -c <&3`, { input })).trim()).toBe('20000000');
    expect(text(await connection.run(sh`head -c 1 <&3`, { input }))).toBe('b');
  });

  it('hands output over as it comes, and keeps none of it', async () => {
    const chunks: string[] = [];
    const result = await connection.run(sh`echo one; sleep 0.2; echo two`, {
      onOutput: (chunk) => void chunks.push(chunk.toString()),
    });
    expect(chunks).toEqual(['one\n', 'two\n']);
    expect(result.stdout).toHaveLength(0);
  });

  it('reads no more until the taker of the output is done, and then all of it', async () => {
    let bytes = 0;
    const reader = new EventEmitter();
    const free = once(reader, 'ready').then(() => undefined);
    const run = connection.run(sh`head -c 30000000 /dev/zero; echo end >&2`, {
      onOutput: (chunk) => {
        bytes += chunk.length;
        return free;
      },
    });
    await expect.poll(() => bytes).toBeGreaterThan(0);
    const first = bytes;
    await sleep(300);
    expect(bytes).toBe(first);
    reader.emit('ready');
    expect((await run).stderr).toBe('end\n');
    expect(bytes).toBe(30_000_000);
  });

  it('ends the connection when the taker of the output fails', async () => {
    const other = await localTransport.connect(target);
    const run = other.run(sh`yes`, { onOutput: () => Promise.reject(new Error('full')) });
    await expect(run).rejects.toThrow('full');
    await other.close();
  });

  it('ends when a script prints too much', async () => {
    const run = connection.run(sh`yes`, { outputLimit: 1000 });
    await expect(run).rejects.toThrow(OutputLimitError);
    await expect(connection.run(sh`true`)).rejects.toThrow(ConnectionLostError);
  });

  it('ends when a script takes longer than it may', async () => {
    const run = connection.run(sh`sleep 1000`, { deadline: 0.2 });
    await expect(run).rejects.toThrow(RunTimeoutError);
    await expect(connection.run(sh`true`)).rejects.toThrow(ConnectionLostError);
  });

  it('keeps the end of standard error, 64 KiB of it', async () => {
    const { stderr } = await connection.run(sh`yes line | head -c 1000000 >&2; echo last >&2`);
    expect(stderr).toHaveLength(64 * 1024);
    expect(stderr.endsWith('line\nlast\n')).toBe(true);
  });

  it('survives all signs that could be taken for frames', async () => {
    const script = sh`printf 'ready\n%s begin\n%s end 0\n' "$PPID" "$PPID"; exit 4`;
    expect(await connection.run(script)).toMatchObject({ status: 4 });
    expect(text(await connection.run(sh`echo still here`))).toBe('still here\n');
  });

  it('reports a lost connection when its shell is killed, with the last output', async () => {
    const run = connection.run(sh`echo 'disk on fire' >&2; sleep 0.1; kill -9 $$; sleep 5`);
    await expect(run).rejects.toThrow(
      'Cannot finish the script on here (this machine): the shell was ended by SIGKILL; the last it said: "disk on fire"',
    );
    await expect(run).rejects.toMatchObject({ stderr: 'disk on fire\n' });
  });

  it('is cancelled by a signal, and is lost then', async () => {
    const cancel = new AbortController();
    const run = connection.run(sh`sleep 20`, { signal: cancel.signal });
    setTimeout(() => {
      cancel.abort(new Error('enough'));
    }, 50);
    await expect(run).rejects.toThrow('enough');
    await expect(connection.run(sh`true`)).rejects.toThrow('a run was cancelled');
  });

  it('is not harmed by a run that was cancelled before its turn', async () => {
    const signal = AbortSignal.abort(new Error('never mind'));
    await expect(connection.run(sh`exit 1`, { signal })).rejects.toThrow('never mind');
    expect(await connection.run(sh`true`)).toMatchObject({ status: 0 });
  });

  it('refuses to run anything once it is closed', async () => {
    await connection.close();
    await expect(connection.run(sh`true`)).rejects.toThrow('it was closed');
  });

  it('refuses a script that holds a NUL', async () => {
    await expect(connection.run(literal('echo \0'))).rejects.toThrow(RangeError);
  });

  it('leaves no process behind', async () => {
    const pid = text(await connection.run(sh`echo $$`)).trim();
    await connection.close();
    expect(spawnSync('kill', ['-0', pid]).status).not.toBe(0);
  });
});
