/**
 * A worker that must not run twice. It keeps a journal in its home: it begins a job and ends it, again
 * and again, and says when another worker is there. When it is asked to end, it finishes its job.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBehaviour } from './behaviour.mjs';

/** Nobody else listens here: the kernel frees it when the worker has ended, however it ends. */
const LOCK_PORT = 3900;
const JOB_MILLISECONDS = 60;

const journal = join(process.env['HOME'] ?? '/', 'journal');
const note = (text: string): void => {
  appendFileSync(journal, `${text} ${String(process.pid)} ${process.env['RELEASE'] ?? ''}\n`);
};

const { worker } = readBehaviour();
if (worker === 'dies at once') throw new Error('the worker died at once, as it was told to');
if (worker === 'dies later') {
  setTimeout(() => {
    throw new Error('the worker died later, as it was told to');
  }, 300);
}

let ending = false;
process.on('SIGTERM', () => {
  ending = true;
});
const lock = createServer();
lock.on('error', () => {
  note('twice');
  process.exit(1);
});
lock.listen(LOCK_PORT, '127.0.0.1', () => {
  void work();
});

async function work(): Promise<void> {
  for (let job = 1; !ending; job++) {
    note(`begin ${String(job)}`);
    await sleep(JOB_MILLISECONDS);
    note(`end ${String(job)}`);
  }
  note('stopped');
  process.exit(0);
}
