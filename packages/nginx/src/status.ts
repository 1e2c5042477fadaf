import { lines, sh, type Script } from '@fairness-deploy/shell';
import { type Application } from '@fairness-deploy/core';
import { readMaintenance } from './maintenance.js';
import { findMisdirected } from './misdirected.js';
import { NGINX_FOLDER } from './nginx-file.js';
import type { SiteSection } from './section.js';
import { routes, siteFile } from './site.js';

/** Prints whether nginx runs and accepts its configuration, and a line for each site. Status 1 when something is wrong. */
export function status(
  application: Application,
  sites: Readonly<Record<string, SiteSection>>,
): Script {
  return sh`
    fd_bad=0
    if systemctl is-active --quiet nginx; then
      echo 'nginx runs'
      # Only then: the test of one that doesn't run leaves an empty /run/nginx.pid.
      nginx -t -q 2>&1 || { echo 'its configuration is broken; it would not start again'; fd_bad=1; }
    else
      echo 'nginx does not run'
      fd_bad=1
    fi
    ${findMisdirected(application)}
    [ -z "$fd_misdirected" ] || { printf '%s; provision\n' "$fd_misdirected"; fd_bad=1; }
    fd_since=$(
      ${readMaintenance(application)}
    ) || :
    [ -z "$fd_since" ] || printf 'the maintenance page is on since %s\n' "$fd_since"
    ${lines(...Object.entries(sites).map(([name, site]) => siteStatus(application, name, site)))}
    exit "$fd_bad"`;
}

function siteStatus(application: Application, name: string, site: SiteSection): Script {
  const names = site.domains?.join(', ') ?? 'any name';
  const paths = routes(application).map(({ path, upstream }) => `${path}/ → ${upstream}`);
  return sh`
    if [ -f ${`${NGINX_FOLDER}/${siteFile(name)}`} ]; then
      echo ${`${name}: ${names}, port ${String(site.listen)}: ${paths.join(', ')}`}
    else
      echo ${`${name}: not there; provision first`}
      fd_bad=1
    fi`;
}
