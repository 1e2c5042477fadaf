import {
  applicationOf,
  definePlugin,
  type Application,
  type Owned,
  type PluginContext,
} from '@fairness-deploy/core';
import {
  aptPackages,
  directory,
  file,
  RESTART_ALWAYS,
  service,
  unitDropIn,
  type Resource,
} from '@fairness-deploy/core/resources';
import { COLOURS, extendRelease, layoutOf } from '@fairness-deploy/release';
import {
  CERTIFICATES,
  CHALLENGES,
  certificateLink,
  LIVE_CERTIFICATES,
  OWN_CERTIFICATES,
  placeholderFlag,
  PLACEHOLDERS,
} from './certificate/certificate-folders.js';
import { certificateFolders } from './certificate/nginx-extension.js';
import { ownCertificate } from './certificate/own-certificate.js';
import { siteCertificate } from './certificate/site-certificate.js';
import { checks } from './checks.js';
import { claimsOf } from './claims-of.js';
import { colourUpstreams } from './release/colour-file.js';
import { validateSection } from './validate-section.js';
import { FRONT, WORKER } from './release/front.js';
import { greenFile } from './release/green.js';
import { NGINX_FOLDER, nginxFile, nginxFolder } from './configuration/nginx-file.js';
import { mainConfiguration } from './site/main-configuration.js';
import { fromTemplate } from './configuration/from-template.js';
import { logs } from './logs.js';
import { MAINTENANCE_PAGES, maintenancePage, maintenancePagePath } from './site/maintenance.js';
import { releaseSteps } from './release/release-steps.js';
import {
  originOf,
  portsOf,
  sectionSchema,
  sitesOf,
  type Section,
  type SiteSection,
} from './section/section.js';
import { snippet, snippetFile, SNIPPETS } from './site/snippet.js';
import { addressFamilies } from './site/address-families.js';
import { freePorts } from './site/free-ports.js';
import { healthConfiguration, healthFile, HEALTH_URLS } from './site/health-url.js';
import { removedSites } from './site/removed-sites.js';
import { siteConfiguration, siteFile } from './site/site.js';
import { LOGINS, loginsFile, loginsPath } from './site/logins.js';
import { routesOf, routesTo } from './release/routes.js';
import { ROUTES_FILE, routesLines } from './release/routes-file.js';
import {
  listening,
  upstreamFiles,
  upstreamsFile,
  defaults,
  defaultsFile,
} from './release/upstreams.js';

/** Debian's modules of nginx for brotli: compressing, and files that are compressed already. */
const BROTLI = ['libnginx-mod-http-brotli-filter', 'libnginx-mod-http-brotli-static'];

/** nginx in front of the application's processes. */
export const plugin = definePlugin<Section>({
  section: 'nginx',
  schema: sectionSchema,
  validate: validateSection,
  resources: (context) => {
    const { environment, section } = context;
    const application = applicationOf(environment);
    return [
      ...resources(application, section, environment.folder, certificates(context)),
      ...('release' in environment.sections ? [greenFile(layoutOf(application))] : []),
    ];
  },
  liveFolders: [nginxFolder],
  logs: ({ environment, section }) => logs(sitesOf(applicationOf(environment), section)),
  owns: ({ environment, section }) => owned(applicationOf(environment), section),
  claims: ({ environment, section }) => claimsOf(applicationOf(environment), section),
  extensions: [
    extendRelease<Section>({
      front: () => FRONT,
      steps: ({ environment, section }, release) => {
        const application = applicationOf(environment);
        return releaseSteps(application, sitesOf(application, section), section, release);
      },
      files: ({ environment, section }, { programs }) => {
        const application = applicationOf(environment);
        const sites = sitesOf(application, section);
        const routes = routesTo(listening(programs), routesOf(application, sites));
        return {
          ...upstreamFiles(application, { programs, routes, sites: Object.keys(sites) }),
          [ROUTES_FILE]: routesLines(routes, programs),
        };
      },
    }),
  ],
  urls: ({ environment, section }, address) =>
    Object.values(sitesOf(applicationOf(environment), section)).flatMap((site) =>
      (site.domains ?? [address])
        .filter((domain) => !domain.startsWith('*'))
        .map((domain) => `${originOf(site, domain)}/`),
    ),
  checks: ({ environment, section }) => {
    const application = applicationOf(environment);
    return checks(application, sitesOf(application, section));
  },
});

function resources(
  application: Application,
  section: Section,
  folder: string,
  ofSites: readonly Resource[],
): readonly Resource[] {
  const sites = sitesOf(application, section);
  // curl checks the sites; no other section needs to install it. Debian's nginx does not depend on logrotate.
  const families = addressFamilies(section.ipv6);
  const packages = aptPackages(
    { names: ['nginx', 'curl', 'logrotate', ...(section.brotli ? BROTLI : [])] },
    { after: [families] },
  );
  const ports = freePorts(
    [...new Set(Object.values(sites).flatMap(portsOf))].toSorted((one, other) => one - other),
    section.ipv6,
    [packages],
  );
  const main = nginxFile(
    { path: 'nginx.conf', configuration: mainConfiguration(section) },
    { after: [packages, ports] },
  );
  // Debian's own: it claims port 80 for any name.
  const welcome = nginxFile(
    { path: 'sites-enabled/default', packaged: true },
    { ensure: 'absent', after: [main] },
  );
  const upstreamFolder = directory({ path: `${NGINX_FOLDER}/upstreams` }, { after: [packages] });
  const unset = nginxFile(
    { path: defaultsFile(application), configuration: defaults(application) },
    { after: [main, upstreamFolder] },
  );
  const colourFiles = COLOURS.map((colour) =>
    colourUpstreams(application, colour, [main, upstreamFolder]),
  );
  const removed = removedSites(application, Object.keys(sites), [main, welcome]);
  const pageFolder = directory({ path: MAINTENANCE_PAGES, parents: true });
  const pages = Object.entries(sites).map(([name, site]) =>
    file({
      path: maintenancePagePath(name),
      content: maintenancePage(site.maintenancePage ?? section.maintenancePage, folder),
    }),
  );
  const logins = loginFiles(sites, packages);
  const health = healthFiles(application, sites, [main, removed, unset, ...colourFiles]);
  const snippets = snippetFiles(sites, folder, [main, removed]);
  const siteFiles = Object.entries(sites).map(([name, site]) =>
    nginxFile(
      {
        path: siteFile(name),
        configuration: siteConfiguration({ application, section, folder }, name, site),
      },
      {
        after: [
          ...[welcome, removed, unset, ...colourFiles, ...logins, ...snippets, ...health],
          ...(site.tls ? [`site-certificate:${name}` as const] : []),
        ],
        follows: pages,
      },
    ),
  );
  const noHealth = Object.entries(sites).flatMap(([name, site]) =>
    site.health === undefined
      ? [nginxFile({ path: healthFile(name) }, { ensure: 'absent', after: siteFiles })]
      : [],
  );
  // After the files that include them.
  const noSnippets = Object.entries(sites).flatMap(([name, site]) =>
    site.snippet === undefined
      ? [nginxFile({ path: snippetFile(name) }, { ensure: 'absent', after: siteFiles })]
      : [],
  );
  const files = [
    main,
    welcome,
    unset,
    ...colourFiles,
    removed,
    unknownNames(application, sites, section, removed),
    ...health,
    ...snippets,
    ...siteFiles,
    ...noSnippets,
    ...noHealth,
  ];
  // Debian's unit does not start nginx again when it was killed, by the kernel for memory or by hand.
  const restart = unitDropIn(
    { service: 'nginx', configuration: RESTART_ALWAYS },
    { after: [packages] },
  );
  // Last: a file that was broken until now can be why nginx doesn't start.
  const daemon = service(
    { unit: 'nginx', enabled: true, running: true },
    { after: [packages], follows: [...files, ...restart] },
  );
  return [
    ...[families, packages, ports, upstreamFolder, pageFolder, ...pages, ...logins, ...ofSites],
    ...[...files, ...noCertificates(sites), ...rotationOf(section, packages), ...restart, daemon],
  ];
}

/** A site without TLS has no certificate, and no key, any more: once nginx does not name them. */
function noCertificates(sites: Readonly<Record<string, SiteSection>>): readonly Resource[] {
  return Object.entries(sites)
    .filter(([, { tls }]) => !tls)
    .map(([site]) =>
      siteCertificate({ site }, { ensure: 'absent', after: [`nginx:${siteFile(site)}`] }),
    );
}

/** The certificates of the sites with TLS. */
function certificates(context: PluginContext<Section>): readonly Resource[] {
  const { environment, section } = context;
  const sites = Object.entries(sitesOf(applicationOf(environment), section));
  if (!sites.some(([, { tls }]) => tls)) return [];
  const others = certificateFolders(context);
  const packages = aptPackages({ names: ['nginx', 'openssl'] });
  const after = [packages];
  return [
    packages,
    directory({ path: CHALLENGES }),
    ...[CERTIFICATES, LIVE_CERTIFICATES, OWN_CERTIFICATES].map((path) =>
      directory({ path }, { after }),
    ),
    ...sites.flatMap(([site, { tls }]): readonly Resource[] => {
      if (!tls) return [];
      const own = ownCertificate(site, tls, environment.folder);
      const files = own?.resources ?? [];
      const folder = own?.folder ?? others.get(site) ?? '';
      return [...files, siteCertificate({ site, folder }, { after: [...after, ...files] })];
    }),
  ];
}

/** Debian's rotation of nginx's logs, when they are to be kept for another time. */
function rotationOf({ log: { days } }: Section, packages: Resource): readonly Resource[] {
  if (days === undefined) return [];
  const content = fromTemplate('logrotate.ejs', { days: String(days) });
  return [file({ path: '/etc/logrotate.d/nginx', content }, { after: [packages] })];
}

/** The health URLs of the sites that have one, and their folder. */
function healthFiles(
  application: Application,
  sites: Readonly<Record<string, SiteSection>>,
  after: readonly Resource[],
): readonly Resource[] {
  const files = Object.entries(sites).flatMap(([name, site]) =>
    site.health === undefined
      ? []
      : [
          nginxFile(
            {
              path: healthFile(name),
              configuration: healthConfiguration(application, name, site, site.health),
            },
            { after },
          ),
        ],
  );
  return files.length === 0
    ? []
    : [directory({ path: `${NGINX_FOLDER}/${HEALTH_URLS}` }), ...files];
}

/** The snippets of the sites that have one, and their folder. */
function snippetFiles(
  sites: Readonly<Record<string, SiteSection>>,
  folder: string,
  after: readonly Resource[],
): readonly Resource[] {
  const files = Object.entries(sites).flatMap(([name, site]) =>
    site.snippet === undefined
      ? []
      : [
          nginxFile(
            { path: snippetFile(name), configuration: snippet(name, site.snippet, folder) },
            { after },
          ),
        ],
  );
  return files.length === 0 ? [] : [directory({ path: `${NGINX_FOLDER}/${SNIPPETS}` }), ...files];
}

/** The logins of the sites that ask for one; a site that asks for none has no file. */
function loginFiles(
  sites: Readonly<Record<string, SiteSection>>,
  packages: Resource,
): readonly Resource[] {
  const asking = Object.entries(sites).map(([name, { basicAuth }]) =>
    basicAuth
      ? file({
          ...{ path: loginsPath(name), owner: 'root', group: WORKER, mode: '0640' },
          content: loginsFile(name, basicAuth),
        })
      : file({ path: loginsPath(name) }, { ensure: 'absent' }),
  );
  return [directory({ path: LOGINS }, { after: [packages] }), ...asking];
}

/**
 * On ports where every site has names, other names must not get the first site. Each environment of
 * the host has a file for its own ports.
 */
function unknownNames(
  { name }: Pick<Application, 'name'>,
  sites: Readonly<Record<string, SiteSection>>,
  { ipv6 }: Section,
  removed: Resource,
): Resource {
  const all = Object.values(sites);
  const ofNames = (portOf: (site: SiteSection) => number | undefined): readonly number[] => {
    const open = new Set(all.filter(({ domains }) => !domains).map(portOf));
    const ports = new Set(all.flatMap((site) => portOf(site) ?? []));
    return [...ports].filter((port) => !open.has(port)).toSorted((one, other) => one - other);
  };
  const ports = ofNames(({ listen }) => listen);
  const tlsPorts = ofNames(({ tls }) => tls?.port);
  const path = siteFile(`000-unknown-names-${name}`);
  if (ports.length + tlsPorts.length === 0) {
    return nginxFile({ path }, { ensure: 'absent', after: [removed] });
  }
  const configuration = fromTemplate('unknown-names.conf.ejs', { ports, tlsPorts, ipv6 });
  return nginxFile({ path, configuration }, { after: [removed] });
}

function owned(application: Application, section: Section): readonly Owned[] {
  const sites = sitesOf(application, section);
  const names = Object.keys(sites);
  return [
    ...[...names, `000-unknown-names-${application.name}`].map(
      (name) => `${NGINX_FOLDER}/${siteFile(name)}`,
    ),
    `${NGINX_FOLDER}/${defaultsFile(application)}`,
    ...COLOURS.map((colour) => `${NGINX_FOLDER}/${upstreamsFile(application, colour)}`),
    ...names.map(maintenancePagePath),
    ...Object.entries(sites).flatMap(([name, { basicAuth, snippet: own, health, tls }]) => [
      ...(basicAuth ? [loginsPath(name)] : []),
      ...(own === undefined ? [] : [`${NGINX_FOLDER}/${snippetFile(name)}`]),
      ...(health === undefined ? [] : [`${NGINX_FOLDER}/${healthFile(name)}`]),
      ...(tls ? [certificateLink(name), placeholderFlag(name)] : []),
      ...(tls ? [`${PLACEHOLDERS}/${name}`, `${OWN_CERTIFICATES}/${name}`] : []),
    ]),
  ].map((path) => ({ kind: 'path', name: path, data: false }));
}
