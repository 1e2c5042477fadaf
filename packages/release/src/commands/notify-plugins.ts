import { ownSecret } from '@fairness-deploy/core';
import { hostname } from 'node:os';
import { describeFailure, withHint } from '@fairness-deploy/shell/text';
import type { DeploymentReport, HostReport } from '../notify/deployment-report.js';
import type { Source } from '../plan/find-source.js';
import { releaseExtensions } from '../extension/release-extension.js';
import { localUser } from '@fairness-deploy/shell';
import type { CommonOptions, ExitCode, ReportEvent, Run } from '@fairness-deploy/core/commands';

/** The commit or release, for the report. */
export type Subject = Pick<Source, 'commit' | 'subject' | 'author'>;

/** The state of a host so far. */
interface HostSoFar {
  outcome?: HostReport['outcome'];
  summary?: string;
  /** The first failure. */
  message?: string;
  failed?: string;
}

/**
 * Runs a deployment or a rollback and then calls `finished` of every plugin's part, whether it succeeded,
 * threw or was detached. Errors of `finished` are warnings. It is not called when there was nothing
 * to deploy.
 *
 * @param work gets the run to report to, and `about` to call with the commit or release, once it is
 *   known
 */
export async function notifyPlugins<Options extends CommonOptions>(
  run: Run<Options>,
  action: DeploymentReport['action'],
  work: (run: Run<Options>, about: (subject: Subject) => void) => Promise<ExitCode>,
): Promise<ExitCode> {
  const hosts = new Map<string, HostSoFar>(run.hosts.map(({ name }) => [name, {}]));
  const since = performance.now();
  const started = new Date().toISOString();
  let subject: Subject | undefined;
  let notified = false;

  const notify = async (code: ExitCode | undefined): Promise<void> => {
    if (!subject || notified) return;
    notified = true;
    const ends = [...hosts].map(([name, host]) => hostReport(name, host, code === undefined));
    if (code === 0 && ends.every(({ outcome }) => outcome === 'unchanged')) return;
    const { application } = run.environment;
    await finish(run, {
      environment: run.environment.name,
      ...(application && { application: application.name }),
      action,
      outcome: outcomeOf(code, ends),
      ...subject,
      ...{ who: localUser(), from: hostname(), started },
      duration: Math.round((performance.now() - since) / 10) / 100,
      hosts: ends,
    });
  };

  const stopListening = run.jobs.whenDetached(() => notify(undefined));
  const reporter = {
    report: (event: ReportEvent) => {
      follow(hosts, event);
      run.reporter.report(event);
    },
  };
  let code: ExitCode = 1;
  try {
    code = await work({ ...run, reporter }, ({ commit, subject: title, author }) => {
      subject = { commit, subject: title, author };
    });
    return code;
  } finally {
    stopListening();
    await notify(code);
  }
}

function follow(hosts: ReadonlyMap<string, HostSoFar>, event: ReportEvent): void {
  if (!('host' in event)) return;
  const host = hosts.get(event.host);
  if (!host) return;
  if (event.type === 'step-ended' && event.status === 'failed') host.failed ??= event.name;
  else if (event.type === 'failure') host.message ??= withHint(event.message, event.hint);
  else if (event.type === 'host-ended') {
    // A host that was deployed to has no pending changes.
    host.outcome = event.outcome === 'pending' ? 'changed' : event.outcome;
    host.summary = withHint(event.summary, event.hint);
  }
}

/** @param left whether the user has detached */
function hostReport(name: string, host: HostSoFar, left: boolean): HostReport {
  const { message, failed } = host;
  const none = message === undefined ? 'not-run' : 'failed';
  const outcome = host.outcome ?? (left ? 'unknown' : none);
  const known = outcome === 'failed' || outcome === 'unknown' ? message : undefined;
  const otherwise = left ? 'its end is unknown; run attach' : 'nothing was done';
  return {
    name,
    outcome,
    summary: known ?? host.summary ?? otherwise,
    ...(failed !== undefined && { failed }),
  };
}

function outcomeOf(
  code: ExitCode | undefined,
  hosts: readonly HostReport[],
): DeploymentReport['outcome'] {
  if (code === 0) return 'success';
  const has = (outcome: HostReport['outcome']): boolean =>
    hosts.some((host) => host.outcome === outcome);
  return has('unknown') && !has('failed') ? 'unknown' : 'failure';
}

async function finish(run: Run, report: DeploymentReport): Promise<void> {
  const masked = run.mask(report);
  const { environment, plugins, secret } = run;
  const warnings = await Promise.all(
    releaseExtensions(plugins).map(async ({ plugin, part }) => {
      const section = environment.sections[plugin.section];
      const own = ownSecret(plugin, section, secret);
      try {
        return (await part.ended?.({ environment, section, plugins, secret: own }, masked)) ?? [];
      } catch (error) {
        return [describeFailure(error)];
      }
    }),
  );
  for (const warning of warnings.flat()) {
    run.reporter.report({ type: 'notice', text: `Warning: ${warning}` });
  }
}
