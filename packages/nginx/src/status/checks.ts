import { judgedBy, type Application, type Check, type Finding } from '@fairness-deploy/core';
import { COLOURS, findLive, findReleaseId, layoutOf } from '@fairness-deploy/release';
import { lines, sh } from '@fairness-deploy/shell';
import { certificateLink, CHAIN_FILE } from '../certificate/certificate-folders.js';
import { certificateCheck } from '../certificate/certificate-check.js';
import { namesOf } from '../section/sites-reached.js';
import { readMaintenance } from '../site/maintenance.js';
import { findMisdirected, loadUpstreams } from '../release/colour-file.js';
import { NGINX_FOLDER } from '../configuration/nginx-file.js';
import { upstreamsFile } from '../release/upstreams.js';
import { forEachRoute } from '../release/routes-file.js';
import { portsOf, type SiteSection } from '../section/section.js';
import { siteFile } from '../site/site-file.js';

type Sites = Readonly<Record<string, SiteSection>>;

/** Whether nginx runs, accepts its configuration, and has its sites. */
export function checks(application: Application, sites: Sites): readonly Check[] {
  return [
    // A file that is gone breaks the configuration: it is the cause.
    requests(application),
    daemon,
    maintenancePage(application),
    siteFiles(application, sites),
    ...Object.entries(sites).flatMap(([name, site]) =>
      site.tls?.certificate ? [ownCertificateCheck(name, site, site.tls.port)] : [],
    ),
  ];
}

/** Of a certificate that the team brings; the others are checked by the plugin that gets them. */
function ownCertificateCheck(name: string, site: SiteSection, port: number): Check {
  return certificateCheck({
    ...{ name, port, names: namesOf(site) },
    file: `${certificateLink(name)}/${CHAIN_FILE}`,
    hints: { missing: 'provision', ending: `bring another one: nginx.sites.${name}.tls` },
  });
}

const START = 'start nginx';

const daemon: Check = {
  name: 'nginx',
  layer: 'proxy',
  repairs: { [START]: sh`systemctl start nginx` },
  // Only when nginx runs: the test of a stopped one leaves an empty /run/nginx.pid.
  read: sh`
    if systemctl is-active --quiet nginx; then
      echo running
      nginx -t -q 2>&1 || echo broken
    fi`,
  ...judgedBy(judgeDaemon),
};

/** Pure. */
export function judgeDaemon(output: string): Finding {
  const [state, ...rest] = output.trimEnd().split('\n');
  const running = state === 'running';
  const broken = rest.at(-1) === 'broken';
  const about = { name: 'nginx', data: { running, ...(running && { valid: !broken }) } };
  if (!running) {
    const hint = 'systemctl start nginx; it says why not';
    return { ...about, level: 'fail', text: 'does not run', hint, repair: START };
  }
  if (!broken) return { ...about, level: 'ok', text: 'runs, and accepts its configuration' };
  const said = rest.slice(0, -1).join('\n');
  const text = `its configuration is broken, and it would not start again\n${said}`;
  return { ...about, level: 'fail', text, hint: 'nginx -t' };
}

const REQUESTS = 'requests';
const RESTORE = 'send the requests to the live release';

/** Where nginx sends the requests for the processes. */
function requests(application: Application): Check {
  return {
    name: REQUESTS,
    layer: 'proxy',
    repairs: {
      [RESTORE]: lines(findLive(layoutOf(application)), loadUpstreams(application, 'fd_live')),
    },
    read: sh`
      ${findMisdirected(application)}
      printf '%s\n' "$fd_misdirected"
      for fd_file in ${COLOURS.map((colour) => `${NGINX_FOLDER}/${upstreamsFile(application, colour)}`)}; do
        [ "$fd_misdirected" = '' ] || [ -e "$fd_file" ] || printf 'gone %s\n' "$fd_file"
      done`,
    ...judgedBy(judgeRequests),
  };
}

/** Pure. */
export function judgeRequests(output: string): Finding {
  const [misdirected = ''] = output.split('\n');
  const [, gone] = /^gone (.*)$/m.exec(output) ?? [];
  const name = REQUESTS;
  if (misdirected === '') {
    return { name, level: 'ok', text: 'go to where the processes listen', data: {} };
  }
  const wrong = { name, level: 'fail', hint: 'provision', repair: RESTORE } as const;
  if (gone !== undefined) {
    const text = `the file of where the live release listens is gone: ${gone}`;
    return { ...wrong, text, data: { misdirected, gone } };
  }
  const text = `nginx has not loaded where the live release listens (${misdirected})`;
  return { ...wrong, text, data: { misdirected } };
}

const PAGE = 'maintenance page';

function maintenancePage(application: Application): Check {
  return {
    name: PAGE,
    layer: 'proxy',
    read: readMaintenance(application),
    ...judgedBy(judgeMaintenance),
  };
}

/** Pure. */
export function judgeMaintenance(output: string): Finding {
  const since = output.trim();
  if (since === '') return { name: PAGE, level: 'ok', text: 'off', data: { on: false } };
  return { name: PAGE, level: 'warn', text: `on since ${since}`, data: { on: true, since } };
}

/** Each site, with the routes that the live release has there. */
function siteFiles(application: Application, sites: Sites): Check {
  const layout = layoutOf(application);
  return {
    name: 'sites',
    layer: 'proxy',
    read: sh`
      ${lines(
        ...Object.keys(sites).map(
          (name) => sh`[ ! -f ${`${NGINX_FOLDER}/${siteFile(name)}`} ] || echo ${name}`,
        ),
      )}
      echo
      ${findReleaseId(`${layout.live}/release`, sh`exit 0`)}
      echo live
      ${forEachRoute(
        application,
        sh`"$fd_id"`,
        sh`
        case $fd_kind in
          process) fd_to=$fd_1 ;;
          *) fd_to=$fd_3/ ;;
        esac
        printf '%s\t%s → %s\n' "$fd_site" "$fd_path" "$fd_to"`,
      )}`,
    ...judgedBy(judgeSites, Object.entries(sites).map(checkedSite)),
  };
}

/** What the check of a site knows of it. */
interface CheckedSite {
  readonly name: string;
  readonly ports: readonly number[];
  /** Whether it has routes of its own, which the release's do not reach. */
  readonly hasRoutes: boolean;
  readonly data: Readonly<Record<string, unknown>> & { readonly domains?: readonly string[] };
}

function checkedSite([name, site]: readonly [string, SiteSection]): CheckedSite {
  const { domains, aliases, tls, routes, listen } = site;
  return {
    ...{ name, ports: portsOf(site), hasRoutes: routes !== undefined },
    data: {
      ...(domains && { domains }),
      ...(aliases && { aliases }),
      port: listen,
      ...(tls && { tls: tls.port }),
    },
  };
}

/** Pure. */
export function judgeSites(output: string, sites: readonly CheckedSite[]): readonly Finding[] {
  const [found = '', live = ''] = output.split(/^\n/m);
  const there = found.split('\n');
  const [isLive, ...lines] = live.trimEnd().split('\n');
  const routes = lines.map((line) => line.split('\t') as [string, string?]);
  return sites.map(({ name, ports, hasRoutes, data }) => {
    const about = { name: `site ${name}`, data };
    if (!there.includes(name)) {
      return { ...about, level: 'fail', text: 'not there', hint: 'provision' };
    }
    const whose = hasRoutes || routes.some(([site]) => site === name) ? name : '-';
    const paths = routes.flatMap(([site, text]) => (site === whose && text ? [text] : []));
    const names = data.domains?.join(', ') ?? 'any name';
    const at = `${names}, port ${ports.join(' and ')}`;
    if (paths.length > 0) return { ...about, level: 'ok', text: `${at}: ${paths.join(', ')}` };
    const text = `${at}: shows nothing of the live release`;
    return isLive === 'live'
      ? { ...about, level: 'warn', text, hint: 'deploy' }
      : { ...about, level: 'ok', text: at };
  });
}
