import { framed } from '../engine/framed.js';
import { collect } from '../engine/collect.js';
import { parseHolder, PRINT_HOLDER } from '../engine/lock.js';
import { lines } from '@fairness-deploy/shell';
import { onEachHost } from './on-hosts.js';
import { statusesOf, type ExitCode, type Run } from './run.js';

/** Shows what runs on each host, as each plugin tells it. One round trip a host. */
export function status(run: Run): Promise<ExitCode> {
  return onEachHost(run, async ({ host, connection }) => {
    const sections = statusesOf(run, host);
    const records = await collect(connection, (nonce) =>
      lines(
        framed(nonce, 'job', PRINT_HOLDER),
        ...sections.map(({ name, script }) => framed(nonce, name, script)),
      ),
    );
    const holder = parseHolder(records.get('job')?.output ?? '');
    if (holder) {
      const text = `a job runs: ${holder.what}, of ${holder.who}, since ${holder.since}`;
      run.reporter.report({ type: 'notice', host: host.name, text });
    }
    const failed = sections.filter(({ name }) => records.get(name)?.status !== 0);
    for (const { name } of sections) {
      const text = records.get(name)?.output.trimEnd() ?? '';
      run.reporter.report({
        type: 'notice',
        host: host.name,
        text: `${name}:\n${text.replaceAll(/^/gm, '  ')}`,
      });
    }
    return {
      outcome: failed.length === 0 ? 'unchanged' : 'failed',
      summary:
        failed.length === 0 ? 'all well' : `not well: ${failed.map(({ name }) => name).join(', ')}`,
    };
  });
}
