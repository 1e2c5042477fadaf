import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import type { Front } from '@fairness-deploy/release';
import { sh } from '@fairness-deploy/shell';
import { maintenanceFlag } from './maintenance.js';

/**
 * The user that nginx runs as, and its group, on Debian; base-passwd creates both. See
 * templates/nginx.conf.ejs.
 */
export const WORKER = 'www-data';

/** nginx as the front of an application. */
export function front({ environment }: PluginContext<unknown>): Front {
  return {
    group: WORKER,
    offline: sh`[ -e ${maintenanceFlag(applicationOf(environment))} ]`,
    moveHint: `Switch the maintenance page on first (npx nx run ${environment.name}:maintenance --on), provision, deploy, and switch it off`,
  };
}
