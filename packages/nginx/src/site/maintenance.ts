import { join, resolve } from 'node:path';
import { fail, lines, sh, type Script } from '@fairness-deploy/shell';
import { enterHome, maintenanceFlag } from '@fairness-deploy/release';
import { type Application } from '@fairness-deploy/core';
import { readProjectFile } from '@fairness-deploy/core/resources';
import { askUntil, questionsTo } from '../release/ask-until.js';
import type { SiteSection } from '../section/section.js';

/**
 * The folder of the maintenance pages, one for each site. In folders of root: on many hosts
 * /var/www belongs to www-data.
 */
export const MAINTENANCE_PAGES = '/usr/local/share/fairness-deploy/maintenance';

/** After how many seconds a visitor who got the 503 may ask again (RFC 9110, 10.2.3). */
export const RETRY_AFTER_SECONDS = 120;

/** The package's own page. */
const OWN_PAGE = join(__dirname, '..', '..', 'templates', 'maintenance.html');

/** nginx's status while the page is on. */
const SHOWN = 503;

/** For how many seconds nginx is asked until it answers as expected. */
const ANSWER_TIMEOUT_SECONDS = 2;

/** A site's page on the host. */
export function maintenancePagePath(site: string): string {
  return `${MAINTENANCE_PAGES}/${site}.html`;
}

/**
 * A site's page: one of the project's own, or the package's.
 *
 * @param folder the environment's: the path is relative to it
 * @throws Error when it can't be read.
 */
export function maintenancePage(path: string | undefined, folder: string): string {
  return readProjectFile(path === undefined ? OWN_PAGE : resolve(folder, path));
}

/** Prints since when and by whom the page is on: the file's first line. Nothing when it is off. */
export function readMaintenance(application: Application): Script {
  const flag = maintenanceFlag(application);
  return sh`
    if [ -f ${flag} ]; then
      head -n 1 -- ${flag} | cut -c -200 | grep . || echo 'someone'
    fi`;
}

/**
 * Switches the page on, and checks that each site shows it. A page that is on stays as it is.
 *
 * @param about since when, and by whom
 */
export function switchOn(
  application: Application,
  sites: Readonly<Record<string, SiteSection>>,
  about: string,
): Script {
  const { home } = application;
  const flag = maintenanceFlag(application);
  return sh`
    ${enterHome(application, 'Cannot switch the maintenance page on')}
    if [ ! -f ${flag} ]; then
      fd_new=$(mktemp -- ${`${home}/.maintenance.XXXXXX`})
      trap 'rm -f -- "$fd_new"' EXIT
      printf '%s\n' ${about} >"$fd_new"
      chmod 0644 -- "$fd_new"
      sync -- "$fd_new"
      mv -fT -- "$fd_new" ${flag}
      sync -f ${home}
    fi
    ${checkShown(sites)}`;
}

/** Switches the page off, whether it is on or not. */
export function switchOff(application: Application): Script {
  const { home } = application;
  return sh`
    if [ -d ${home} ]; then
      ${enterHome(application, 'Cannot switch the maintenance page off')}
      rm -f -- ${maintenanceFlag(application)}
      sync -f ${home}
    fi`;
}

/**
 * A site shows no page when it isn't provisioned yet, or when its own template doesn't look for the
 * file.
 */
function checkShown(sites: Readonly<Record<string, SiteSection>>): Script {
  return sh`
    fd_bad=0
    ${askUntil(
      ANSWER_TIMEOUT_SECONDS,
      sh`
      printf 'The site %s does not show the maintenance page: %s (Host: %s) answers %s, not %s\n  → provision first, and see that a template of your own looks for the page\n' "$1" "$2" "$3" "$fd_status" "$4" >&2
      fd_bad=1
      return`,
    )}
    ${lines(
      ...Object.entries(sites).map(([name, site]) => {
        const { setPin, origin, host } = questionsTo(name, site);
        return sh`
          ${setPin}
          fd_ask ${[name, `${origin}/`, host, SHOWN]}`;
      }),
    )}
    [ "$fd_bad" = 0 ] || ${fail('The maintenance page stays on for the other sites', '--off switches it off')}`;
}
