import { sendWebhook, type Patience } from '@fairness-deploy/core';
import type { DeploymentReport } from './deployment-report.js';
import { describeReport } from './describe-report.js';
import type { Notification } from '../section/notify.js';

/**
 * Sends the report of a deployment to all webhooks: as JSON, with `text`, a line for chats, as
 * Slack, Mattermost and others (Discord at a URL that ends with /slack) expect it.
 *
 * @returns a warning for each webhook that failed
 */
export async function notifyAll(
  notifications: readonly Notification[],
  report: DeploymentReport,
  patience?: Patience,
): Promise<readonly string[]> {
  const kind = report.outcome === 'success' ? 'success' : 'failure';
  const body = { text: describeReport(report), ...report };
  const warnings = await Promise.all(
    notifications
      .filter(({ on }) => on.includes(kind))
      .map(({ url }) => sendWebhook(url, body, patience)),
  );
  return warnings.filter((warning) => warning !== undefined);
}
