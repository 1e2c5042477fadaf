import { isAbsolute, relative, resolve } from 'node:path';
import { causeEvent } from '../diagnosis/cause-event.js';
import { causesOf } from '../diagnosis/causes.js';
import { examine } from '../diagnosis/patient.js';
import { describeCause } from '../report/describe-finding.js';
import type { ReportEvent } from '../report/event.js';
import { onHosts, reportHostEnd, workOnEach, type OpenHost } from '../runner/on-hosts.js';
import type { SectionFinding } from '../runner/judge-checks.js';
import type { CommandOptions, ExitCode, Run } from '../runner/run.js';
import { statusPage } from '../status-page/page.js';
import {
  withHistory,
  worst,
  type ReportData,
  type ReportHost,
} from '../status-page/report-data.js';
import { dataFolderOf, readReportData, writePage, writeReportData } from './report-files.js';
import { partsOf, readsFor, sourcesOn } from './report-parts.js';

/** From the workspace's root, in a folder that git ignores in workspaces of Nx. */
const DEFAULT_PAGE = 'dist/report.html';

/**
 * Examines the hosts as doctor does, keeps what it finds, and makes a page of all environments of which something
 * is kept. Changes nothing on a host. One round trip a host.
 *
 * @returns 0 when the page was made, however the hosts are.
 */
export async function report(run: Run<CommandOptions>): Promise<ExitCode> {
  const { environment, options, reporter } = run;
  const page = resolve(environment.workspace, options.out ?? DEFAULT_PAGE);
  if (!page.endsWith('.html')) {
    throw new Error(
      `Cannot make the report ${options.out ?? ''}: expected a name that ends with .html`,
    );
  }
  const before = readReportData(page, environment.name);
  const { failures, watched } = watchFailures(run);
  const now = new Date();
  const examined = await onHosts(watched, 'go-on', (hosts) =>
    workOnEach(watched, hosts, (open) => hostOf(watched, open, now)),
  );
  const known = new Map((before?.hosts ?? []).map((host) => [host.name, host]));
  const fresh = new Map((examined ?? []).map(({ open, value }) => [open.host.name, value]));
  const chosen = new Set(run.hosts.map(({ name }) => name));
  const hosts = environment.hosts.flatMap(({ name }): readonly ReportHost[] => {
    const was = known.get(name);
    // With --limit, the others stay as they are.
    if (!chosen.has(name)) return was ? [was] : [];
    return [withHistory(fresh.get(name) ?? unreached(name, failures.get(name), now), was)];
  });
  const data: ReportData = run.mask({
    ...{ version: 1, environment: environment.name, at: now.toISOString(), hosts: [...hosts] },
    ...(environment.description !== undefined && { description: environment.description }),
  });
  writeReportData(page, data);
  for (const name of writePage(page, (all) => statusPage(all, now))) {
    reporter.report({
      type: 'notice',
      text: `The file ${name} in ${dataFolderOf(page)} is not one of a report: the page is without it`,
    });
  }
  reporter.report({
    type: 'notice',
    text: `The report is in ${shown(environment.workspace, page)}`,
  });
  return 0;
}

/** What the page says about a host. */
async function hostOf(run: Run, open: OpenHost, now: Date): Promise<ReportHost> {
  const { name } = open.host;
  const sources = sourcesOn(run, open.host);
  const { findings, outputs } = await examine(run, open, readsFor(sources));
  const failed = findings.filter(({ level }) => level === 'fail');
  reportHostEnd(run, open, {
    outcome: 'unchanged',
    summary: failed.length === 0 ? 'no failures' : `${String(failed.length)} failing`,
  });
  const at = now.toISOString();
  return {
    ...{ name, at },
    findings: findings.map(({ section, name: of, layer, level, text, hint }) => ({
      ...{ section, name: of, layer, level, text },
      ...(hint !== undefined && { hint }),
    })),
    causes: causesOf(failed).map((cause) =>
      describeCause(causeEvent(cause), (_style, text) => text),
    ),
    parts: [...partsOf(sources, outputs, findings)],
    points: [{ at, level: worst(findings.map(({ level }) => level)), disks: disksOf(findings) }],
  };
}

function unreached(name: string, failure: string | undefined, now: Date): ReportHost {
  return {
    ...{
      name,
      failure: failure ?? 'It could not be examined',
      findings: [],
      causes: [],
      parts: [],
    },
    points: [{ at: now.toISOString(), disks: {} }],
  };
}

/** What is used of each local file system, in percent: of the finding about all, or about single ones. */
function disksOf(findings: readonly SectionFinding[]): Record<string, number> {
  const rooms = findings
    .filter(({ section, name }) => section === 'hosts' && /^disk( |$)/.test(name))
    .flatMap(({ data }) => (Array.isArray(data['rooms']) ? data['rooms'] : [data]) as unknown[]);
  return Object.fromEntries(
    rooms.flatMap((room) => {
      const { mount, type, usedPercent } = room as Readonly<Record<string, unknown>>;
      return typeof mount === 'string' && typeof usedPercent === 'number' && type !== 'tmpfs'
        ? [[mount, usedPercent] as const]
        : [];
    }),
  );
}

/** Also keeps the last failure of each host, which the page shows. */
function watchFailures(run: Run<CommandOptions>): {
  readonly failures: ReadonlyMap<string, string>;
  readonly watched: Run<CommandOptions>;
} {
  const failures = new Map<string, string>();
  const report = (event: ReportEvent): void => {
    if (event.type === 'failure' && event.host !== undefined)
      failures.set(event.host, event.message);
    run.reporter.report(event);
  };
  return { failures, watched: { ...run, reporter: { report } } };
}

function shown(workspace: string, page: string): string {
  const path = relative(workspace, page);
  return path.startsWith('..') || isAbsolute(path) ? page : path;
}
