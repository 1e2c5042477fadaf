/** The program of the janitor: see startJanitor(). */
import { removeStageHosts } from '../hosts/stage-hosts.js';
import { DISMISSED } from './janitor.js';
import { removeRecord } from './record.js';

const [, , workspace = '', environment = ''] = process.argv;

async function waitAndRemove(): Promise<void> {
  let said = '';
  for await (const part of process.stdin.setEncoding('utf8')) said += String(part);
  if (said === DISMISSED) return;
  const of = { workspace, environment };
  await removeStageHosts(of);
  removeRecord(of);
}

waitAndRemove().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
