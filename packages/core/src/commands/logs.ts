import { HintedError } from '@fairness-deploy/shell/text';
import { didYouMean } from '@fairness-deploy/environment-file';
import { readHost } from '../engine/read-host.js';
import type { Host } from '../inventory/environment.js';
import { askPlugin } from '../plugin/ask-plugin.js';
import type { LogSource } from '../plugin/log-source.js';
import { deploymentLog } from './deployment-log.js';
import { onEachHost } from '../runner/on-hosts.js';
import { type CommandOptions, type ExitCode, type Run } from '../runner/run.js';
import { contextOf, pluginsOn } from '../runner/plugins-on-host.js';

/** How many lines of each log are shown by default. */
const LINES = 50;
const MOST_LINES = 100_000;

/**
 * Shows the last lines of each host's logs, as the plugins know them, in one round trip a host; or
 * the log of a deployment.
 */
export async function logs(run: Run<CommandOptions>): Promise<ExitCode> {
  const { lines = LINES, since, source: names = [], deployment = false, release } = run.options;
  if (!Number.isInteger(lines) || lines < 1 || lines > MOST_LINES) {
    throw new Error(
      `Cannot show ${String(lines)} lines: expected a whole number from 1 to ${String(MOST_LINES)}`,
    );
  }
  if (deployment || release !== undefined) return deploymentLog(run);
  const now = Math.floor(Date.now() / 1000);
  const after = since === undefined ? undefined : Math.max(0, now - secondsOf(since));
  const known = new Set(run.hosts.flatMap((host) => sourcesOf(run, host).map(({ name }) => name)));
  refuseUnknown(names, [...known]);
  return onEachHost(run, async ({ host, connection }) => {
    const sources = sourcesOf(run, host).filter(
      ({ name }) => names.length === 0 || names.includes(name),
    );
    const request = { lines, ...(after !== undefined && { since: after }) };
    const { outputs } = await readHost(connection, {
      reads: sources.map(({ read }) => read(request)),
    });
    const failed: string[] = [];
    sources.forEach(({ section, name }, at) => {
      const read = outputs[at] ?? { failure: 'no answer' };
      if ('failure' in read) {
        failed.push(name);
        const message = `Cannot read the log "${name}"`;
        run.reporter.report({ type: 'failure', host: host.name, message, details: read.failure });
        return;
      }
      for (const line of linesOf(read.output)) {
        run.reporter.report({ type: 'log', host: host.name, section, source: name, line });
      }
    });
    const what = sources.map(({ name }) => name).join(', ');
    return failed.length > 0
      ? { outcome: 'failed', summary: `not all logs could be read: ${failed.join(', ')}` }
      : { outcome: 'unchanged', summary: what === '' ? 'no logs' : what };
  });
}

/** A program's last words may have no line break. */
function linesOf(output: string): readonly string[] {
  return output === '' ? [] : output.replace(/\n$/, '').split('\n');
}

/** A log of a plugin. */
interface SectionLog extends LogSource {
  /** The plugin's. */
  readonly section: string;
}

/**
 * The logs of all plugins on a host.
 *
 * @throws Error when two have one name: `--source` could not tell them apart.
 */
function sourcesOf(run: Run, host: Host): readonly SectionLog[] {
  const sources = pluginsOn(run, host).flatMap((plugin) =>
    (
      askPlugin(plugin.section, 'its function "logs"', () =>
        plugin.logs?.(contextOf(run, plugin, host)),
      ) ?? []
    ).map((source) => ({ ...source, section: plugin.section })),
  );
  const seen = new Map<string, SectionLog>();
  for (const source of sources) {
    const { name, section } = source;
    const other = seen.get(name);
    if (other) {
      const who =
        other.section === section
          ? `${section} has two logs`
          : `${other.section} and ${section} both have a log`;
      throw new Error(`Cannot show the logs of ${host.name}: ${who} named "${name}"`);
    }
    seen.set(name, source);
  }
  return sources;
}

/** @throws Error when no log has one of the names. */
function refuseUnknown(names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    const hint = didYouMean(name, known) ?? `there are: ${known.join(', ')}`;
    throw new HintedError(`Cannot show the log "${name}": there is none of that name`, { hint });
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** @throws Error when the text is no duration. */
function secondsOf(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = UNITS[unit];
  if (seconds !== undefined) return Number(count) * seconds;
  throw new Error(
    `Cannot show logs since ${JSON.stringify(text)}: expected such as 90s, 10m, 2h or 3d`,
  );
}
