import { followHost, readLogs } from '../logs/follow-host.js';
import { LogFeed, type FeedEvent } from '../logs/log-feed.js';
import type { LogRequest } from '../logs/log-script.js';
import { LogWindow } from '../logs/log-window.js';
import { mergeByTime } from '../logs/merge.js';
import { deploymentLog } from './deployment-log.js';
import { shownLines, type ShownLines } from './log-options.js';
import { linesIn, LogPrinter, type HostLine } from './log-printer.js';
import { chooseSources, type SectionLog } from './log-sources.js';
import {
  exitCode,
  onHosts,
  reportHostEnd,
  workOnEach,
  type HostEnd,
  type OpenHost,
} from '../runner/on-hosts.js';
import { type CommandOptions, type ExitCode, type Run } from '../runner/run.js';

/**
 * Shows the last lines of the hosts' logs, as the plugins know them, merged by time, in one round trip a host; with `follow` also
 * those that come, until Ctrl-C. Or shows the log of a deployment.
 */
export async function logs(run: Run<CommandOptions>): Promise<ExitCode> {
  const { deployment = false, release } = run.options;
  const shown = shownLines(run.options, Date.now());
  if (deployment || release !== undefined) return deploymentLog(run);
  const chosen = chooseSources(run, shown.sources);
  const of: Chosen = { run, shown, logsOf: ({ host }) => chosen.get(host) ?? [] };
  // Those without such a log are not asked.
  const hosts = run.hosts.filter(
    (host) => chosen.get(host)?.length !== 0 || shown.sources.length === 0,
  );
  const asked: Run<CommandOptions> = { ...run, hosts };
  const ends = await onHosts(asked, 'go-on', (open) =>
    shown.follow ? followLogs(of, open) : showLogs(of, open),
  );
  return exitCode(asked, ends);
}

/** A run, and the logs that it shows. */
interface Chosen {
  readonly run: Run<CommandOptions>;
  readonly shown: ShownLines;
  readonly logsOf: (open: OpenHost) => readonly SectionLog[];
}

async function showLogs({ run, shown, logsOf }: Chosen, hosts: readonly OpenHost[]) {
  const lines: HostLine[] = [];
  const ends = await workOnEach(run, hosts, async (open) => {
    const watch = watchFailures(run, open, logsOf(open));
    await readLogs({
      ...{ connection: open.connection, feed: new LogFeed(logsOf(open)) },
      ...{ request: requestOf(shown), signal: run.jobs.signal },
      take: (events) => {
        watch.take(events);
        lines.push(...linesIn(open.host.name, logsOf(open), events));
        return undefined;
      },
    });
    return watch.end();
  });
  await new LogPrinter(run, shown).print(mergeByTime(lines));
  for (const { open, value } of ends) reportHostEnd(run, open, value);
  return ends;
}

async function followLogs({ run, shown, logsOf }: Chosen, hosts: readonly OpenHost[]) {
  const failed = new AbortController();
  const signal = AbortSignal.any([run.jobs.signal, run.output.closed, failed.signal]);
  const printer = new LogPrinter(run, shown);
  const wrong: unknown[] = [];
  const window = new LogWindow<HostLine>((lines) =>
    printer.print(lines).catch((error: unknown) => {
      wrong.push(error);
      failed.abort();
    }),
  );
  const beginning = new Set(hosts);
  const ends = await workOnEach(run, hosts, async (open) => {
    const own = logsOf(open);
    const watch = watchFailures(run, open, own);
    const hasBegun = (): Promise<void> | undefined => {
      beginning.delete(open);
      return beginning.size === 0 ? window.endBeginning() : undefined;
    };
    try {
      await followHost({
        ...{
          connection: open.connection,
          feed: new LogFeed(own),
          request: requestOf(shown),
          signal,
        },
        take: (events, bytes) => {
          watch.take(events);
          const full = window.add(linesIn(open.host.name, own, events), bytes);
          const begun = events.some(({ kind }) => kind === 'caught-up') ? hasBegun() : undefined;
          return full ?? begun;
        },
        another: () => open.another(),
        say: (text) => {
          run.reporter.report({ type: 'notice', host: open.host.name, text });
        },
      });
    } finally {
      await hasBegun();
    }
    return watch.end();
  });
  await window.flush();
  if (wrong.length > 0) throw wrong[0];
  for (const { open, value } of ends) reportHostEnd(run, open, value);
  return ends;
}

function requestOf({ follow, lines, since }: ShownLines): LogRequest {
  return { follow, lines, ...(since !== undefined && { since }) };
}

/** Reports what can't be read of a host's logs, and at the end which. */
function watchFailures(run: Run, { host }: OpenHost, logs: readonly SectionLog[]) {
  const failed = new Set<string>();
  return {
    take(events: readonly FeedEvent[]): void {
      for (const event of events) {
        if (event.kind !== 'failure' && event.kind !== 'gap') continue;
        const name = logs[event.source]?.name ?? '';
        if (event.kind === 'gap') {
          const text = `The log "${name}": ${event.reason}`;
          run.reporter.report({ type: 'notice', host: host.name, text });
          continue;
        }
        failed.add(name);
        const message = `Cannot read the log "${name}"`;
        run.reporter.report({
          ...{ type: 'failure', host: host.name, message, details: event.reason },
        });
      }
    },
    end(): HostEnd {
      if (failed.size > 0) {
        const summary = `not all logs could be read: ${[...failed].join(', ')}`;
        return { outcome: 'failed', summary };
      }
      const names = logs.map(({ name }) => name).join(', ');
      return { outcome: 'unchanged', summary: names === '' ? 'no logs' : names };
    },
  };
}
