import type { PluginContext } from '@fairness-deploy/core';
import { mainHost } from '../connection/server-host.js';
import type { Section } from '../section/section.js';

/** Whether this host makes the backups of the database: one of the environment does. */
export function isBackupHost(
  context: Pick<PluginContext<Section>, 'environment' | 'host' | 'section'>,
): boolean {
  return backupHost(context) === context.host.name;
}

/** The name of the host that makes the backups: the one of the server, with mode local. */
export function backupHost({
  environment,
  section,
}: Pick<PluginContext<Section>, 'environment' | 'section'>): string | undefined {
  const server: { readonly runsOn?: string } = section.server ?? {};
  const runsOn = section.backups?.runsOn ?? server.runsOn;
  if (runsOn !== undefined) return runsOn;
  return mainHost(section, environment)?.name;
}
