import type { Application, PluginIssue } from '@fairness-deploy/core';
import { STATE } from '@fairness-deploy/core/engine';

/** Folders of the system: no checkout is in one. */
const SYSTEM = [
  ...[
    '/bin',
    '/boot',
    '/dev',
    '/etc',
    '/lib',
    '/lib32',
    '/lib64',
    '/proc',
    '/run',
    '/sbin',
    '/sys',
  ],
  ...['/usr', '/var/backups', '/var/cache', '/var/lib', '/var/log', '/var/mail', '/var/spool'],
];

/** The checkout is removed, with all that is in it: neither ours nor the system's may be there. */
export function refuseCheckout(
  checkout: string,
  application: Pick<Application, 'home'> | undefined,
): readonly PluginIssue[] {
  const ours = [STATE, ...(application ? [application.home] : [])];
  const taken =
    ours.find((path) => isWithin(checkout, path) || isWithin(path, checkout)) ??
    SYSTEM.find((path) => isWithin(checkout, path) || isWithin(path, checkout)) ??
    (/^\/home\/[^/]+$/.test(checkout) ? checkout : undefined);
  if (taken === undefined) return [];
  const what =
    taken === application?.home
      ? `the new application has ${taken}`
      : `${taken} is no folder of the old application alone`;
  return [
    {
      path: ['checkout'],
      message: `${what}, and the first deployment would remove ${checkout}`,
      hint: 'name the checkout of the old roles, such as /root/permacoop',
    },
  ];
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
