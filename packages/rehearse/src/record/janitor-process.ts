/** The program of the janitor: see startJanitor(). */
import { removeLock, withLock } from '@fairness-deploy/sandbox';
import { removeStageHosts } from '../hosts/stage-hosts.js';
import { DISMISSED } from './janitor.js';
import { readRecord, removeRecord, writeRecord } from './record.js';
import { pathsOf } from '../state/state-folder.js';

const [, , workspace = '', environment = '', id = ''] = process.argv;

async function waitAndRemove(): Promise<void> {
  let said = '';
  for await (const part of process.stdin.setEncoding('utf8')) said += String(part);
  if (said === DISMISSED) return;
  const of = { workspace, environment };
  const { lock } = pathsOf(of);
  await withLock(lock, async () => {
    const record = readRecord(of);
    // Another rehearsal was first: it has removed these hosts, and has its own.
    if (record?.id !== id || record.state === 'kept') return;
    writeRecord(of, { ...record, state: 'removing' });
    await removeStageHosts(of);
    removeRecord(of);
    await removeLock(lock);
  });
}

waitAndRemove().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
