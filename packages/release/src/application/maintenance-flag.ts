import type { Application } from '@fairness-deploy/core';

/**
 * While this file exists, the web server shows the maintenance page instead of the application, no
 * request reaches the application, and no scheduled job begins. Its line says since when and by whom.
 * It is root's; a reboot or a deployment doesn't change it.
 */
export function maintenanceFlag({ home }: Pick<Application, 'home'>): string {
  return `${home}/maintenance`;
}
