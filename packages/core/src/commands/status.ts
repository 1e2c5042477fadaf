import { readHost } from '../engine/read-host.js';
import { onEachHost } from './on-hosts.js';
import { statusesOf, type ExitCode, type Run } from './run.js';

/** Shows what runs on each host, as each plugin tells it. One round trip a host. */
export function status(run: Run): Promise<ExitCode> {
  return onEachHost(run, async ({ host, connection }) => {
    const sections = statusesOf(run, host);
    const { holder, statuses } = await readHost(connection, {
      statuses: sections.map(({ script }) => script),
    });
    if (holder) {
      const text = `a job runs: ${holder.what}, of ${holder.who}, since ${holder.since}`;
      run.reporter.report({ type: 'notice', host: host.name, text });
    }
    sections.forEach(({ name }, at) => {
      const text = statuses[at]?.output.trimEnd() ?? '';
      run.reporter.report({
        type: 'notice',
        host: host.name,
        text: `${name}:\n${text.replaceAll(/^/gm, '  ')}`,
      });
    });
    const failed = sections.filter((_, at) => statuses[at]?.status !== 0);
    return {
      outcome: failed.length === 0 ? 'unchanged' : 'failed',
      summary:
        failed.length === 0 ? 'all well' : `not well: ${failed.map(({ name }) => name).join(', ')}`,
    };
  });
}
