import { sh } from '@fairness-deploy/shell';
import { addressOf, onEachHost } from '../runner/on-hosts.js';
import { pinning } from '../runner/pinning.js';
import type { CommandOptions, ExitCode, Run } from '../runner/run.js';
import { systemFinding } from '../runner/system-finding.js';
import { parseSystem, PRINT_SYSTEM } from '../system/host-system.js';

const FACTS = sh`
  id -un
  uname -rm
  ${PRINT_SYSTEM}`;

/** Reports whether each host can be reached, as which user, and its system; pins its key on first use. */
export function ping(of: Run<CommandOptions>): Promise<ExitCode> {
  const run = { ...of, transport: pinning(of.transport, of.options.acceptNew ?? false) };
  return onEachHost(run, async ({ host, connection }) => {
    const facts = await connection.run(FACTS);
    const before = performance.now();
    await connection.run(sh`:`);
    const latency = performance.now() - before;
    const [user = '', kernel = '', ...printed] = facts.stdout.toString('utf8').split('\n');
    const system = parseSystem(printed.join('\n'));
    run.reporter.report({
      type: 'facts',
      host: host.name,
      facts: {
        address: addressOf(connection.target),
        root: user === 'root' ? 'reachable' : `not reachable: scripts run as ${user}`,
        system: system.name ?? 'unknown',
        kernel,
        latency: `${latency.toFixed(1)} ms`,
      },
    });
    for (const finding of systemFinding(system)) {
      run.reporter.report({ ...finding, type: 'check', host: host.name });
    }
    const root = user === 'root';
    return {
      outcome: root ? 'unchanged' : 'failed',
      summary: root ? 'reachable' : 'reachable, but not root',
    };
  });
}
