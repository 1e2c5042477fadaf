import { hostname } from 'node:os';
import type { DeploymentReport, HostReport } from '../application/deployment-report.js';
import type { Source } from '../plugin/deployer.js';
import type { ReportEvent } from '../report/event.js';
import { localUser } from '@fairness-deploy/shell';
import type { ExitCode, Run } from './run.js';

/** What is deployed, for those who are told. */
export type Subject = Pick<Source, 'commit' | 'subject' | 'author'>;

/** What is known of a host so far. */
interface Witnessed {
  outcome?: HostReport['outcome'];
  summary?: string;
  /** The first thing that went wrong. */
  message?: string;
  failed?: string;
}

/**
 * Runs a deployment or a rollback and then calls every plugin's `finished`, whether it succeeded,
 * threw or was detached. Errors of `finished` are warnings. It is not called when there was nothing
 * to deploy.
 *
 * @param work gets the run to report to, and `about` to call with what is deployed, once it is known
 */
export async function witnessed(
  run: Run,
  action: DeploymentReport['action'],
  work: (run: Run, about: (subject: Subject) => void) => Promise<ExitCode>,
): Promise<ExitCode> {
  const hosts = new Map<string, Witnessed>(run.environment.hosts.map(({ name }) => [name, {}]));
  const since = performance.now();
  const started = new Date().toISOString();
  let subject: Subject | undefined;
  let told = false;

  const tell = async (code: ExitCode | undefined): Promise<void> => {
    if (!subject || told) return;
    told = true;
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

  const stopTelling = run.jobs.whenLeft(() => tell(undefined));
  const reporter = {
    report: (event: ReportEvent) => {
      witness(hosts, event);
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
    stopTelling();
    await tell(code);
  }
}

function witness(hosts: ReadonlyMap<string, Witnessed>, event: ReportEvent): void {
  if (!('host' in event)) return;
  const host = hosts.get(event.host);
  if (!host) return;
  if (event.type === 'step-ended' && event.status === 'failed') host.failed ??= event.name;
  else if (event.type === 'failure') host.message ??= event.message;
  else if (event.type === 'host-ended') {
    // Nothing is pending once it was deployed to.
    host.outcome = event.outcome === 'pending' ? 'changed' : event.outcome;
    host.summary = event.summary;
  }
}

/** @param left whether the user has left what runs there */
function hostReport(name: string, host: Witnessed, left: boolean): HostReport {
  const { message, failed } = host;
  const none = message === undefined ? 'not-run' : 'failed';
  const outcome = host.outcome ?? (left ? 'unknown' : none);
  const known = outcome === 'failed' || outcome === 'unknown' ? message : undefined;
  const otherwise = left ? "how it ends isn't known" : 'nothing was done';
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
  const warnings = await Promise.all(
    run.plugins.map(async (plugin) => {
      const section = run.environment.sections[plugin.section];
      try {
        return (await plugin.finished?.({ environment: run.environment, section }, masked)) ?? [];
      } catch (error) {
        return [error instanceof Error ? error.message : String(error)];
      }
    }),
  );
  for (const warning of warnings.flat()) {
    run.reporter.report({ type: 'notice', text: `Warning: ${warning}` });
  }
}
