import { failureOf, quote } from '@fairness-deploy/shell/text';
import { endCommand } from '../engine/remote-command.js';
import type { OpenHost } from '../runner/on-hosts.js';
import type { Run } from '../runner/run.js';

/**
 * Ends a command of `exec` by another connection, as its own is busy with it; reports where that fails.
 *
 * @param command.process undefined: its output has not begun yet
 */
export async function endOnHost(
  run: Run,
  { host, another }: OpenHost,
  { id, process }: { readonly id: string; readonly process: number | undefined },
): Promise<void> {
  const tell = (why: string): void => {
    run.reporter.report({
      ...{ type: 'failure', host: host.name },
      message: `Cannot end the command on ${host.name}: ${why}`,
      hint: `see what runs: ${whatRuns(run, host.name, process)}`,
    });
  };
  if (process === undefined) {
    tell('its process is not known yet');
    return;
  }
  try {
    const connection = await another();
    try {
      const { stdout } = await connection.run(endCommand(process, id));
      const left = stdout.toString().trim();
      if (left !== '') tell(`these processes go on, also after SIGKILL: ${left}`);
    } finally {
      await connection.close();
    }
  } catch (error) {
    tell(failureOf(error).message);
  }
}

/** The command that shows what a command of `exec` has left. */
export function whatRuns(
  { environment }: Pick<Run, 'environment'>,
  host: string,
  process: number | undefined,
): string {
  const which = process === undefined ? 'ps -ef' : `ps -f -s ${String(process)}`;
  return `npx nx run ${environment.name}:ssh -- --host=${quote(host)} ${which}`;
}
