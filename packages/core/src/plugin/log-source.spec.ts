import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { logFile } from './log-source.js';

it('logFile() follows the lines that come, also into a file that takes its place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fd-log-'));
  const path = join(folder, 'access.log');
  writeFileSync(path, 'old\n');
  const child = spawn('sh', ['-c', logFile('access', path).follow.reveal()], { stdio: 'pipe' });
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  const shows = async (text: string): Promise<void> => {
    await expect.poll(() => shown, { timeout: 10_000 }).toContain(text);
  };
  try {
    // It may not have opened the file yet: what stands there by then is old.
    const writing = setInterval(() => {
      appendFileSync(path, 'one\n');
    }, 50);
    await shows('one').finally(() => {
      clearInterval(writing);
    });
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'two\n');
    await shows('two');
    expect(shown).not.toContain('old');
  } finally {
    child.kill();
    await once(child, 'close');
    rmSync(folder, { recursive: true });
  }
});
