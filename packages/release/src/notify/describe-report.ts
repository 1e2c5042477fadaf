import { chatLine } from '@fairness-deploy/core';
import type { DeploymentReport, HostReport } from './deployment-report.js';

const WORDS = {
  deploy: ['deployed', 'deploying'],
  rollback: ['rolled back to', 'rolling back to'],
  restart: ['restarted', 'restarting'],
} as const;

/** How a deployment ended, in a line for a chat. */
export function describeReport(report: DeploymentReport): string {
  const { environment, action, outcome, hosts } = report;
  const what = `${report.commit.slice(0, 10)} "${report.subject}" by ${report.author}`;
  const by = `${report.who} from ${report.from}, ${String(report.duration)} s`;
  const [done, doing] = WORDS[action];
  return chatLine(
    {
      success: `✅ ${environment}: ${done} ${what} (${by})`,
      failure: `❌ ${environment}: ${doing} ${what} failed${reasons(hosts, 'failed')} (${by})`,
      unknown: `❔ ${environment}: how ${doing} ${what} ends isn't known${reasons(hosts, 'unknown')} (${by})`,
    }[outcome],
  );
}

function reasons(hosts: readonly HostReport[], outcome: HostReport['outcome']): string {
  const concerned = hosts.filter((host) => host.outcome === outcome);
  if (concerned.length === 0) return '';
  return `: ${concerned
    .map(({ name, summary, failed }) =>
      failed === undefined ? `${name}: ${summary}` : `${name} at "${failed}"`,
    )
    .join('; ')}`;
}
