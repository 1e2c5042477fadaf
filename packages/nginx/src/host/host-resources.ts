import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import {
  aptPackages,
  BROTLI_MODULES,
  directory,
  file,
  RESTART_ALWAYS,
  service,
  unitDropIn,
  type Resource,
} from '@fairness-deploy/core/resources';
import { COLOURS, layoutOf } from '@fairness-deploy/release';
import { fromTemplate } from '../configuration/from-template.js';
import { NGINX_FOLDER, nginxFile } from '../configuration/nginx-file.js';
import { colourUpstreams } from '../release/colour-file.js';
import { greenFile } from '../release/green.js';
import { defaults, defaultsFile } from '../release/upstreams.js';
import { portsOf, sitesOf, type Section, type SiteSection } from '../section/section.js';
import { mainConfiguration } from '../site/main-configuration.js';
import { resourcesBefore } from '../extension/nginx-extension.js';
import { comingFiles } from './coming-files.js';
import { listenAddresses } from './listen-addresses.js';
import { removedSites } from './removed-sites.js';
import { requireBrotli } from './require-brotli.js';
import { requireFreePorts } from './require-free-ports.js';
import { absentCertificates, siteCertificates } from './site-certificates.js';
import {
  absentFiles,
  healthFiles,
  loginFiles,
  maintenancePages,
  siteFiles,
  snippetFiles,
} from './site-files.js';
import { unknownNames } from './unknown-names.js';

/** What an environment has of the host's nginx. */
export function hostResources(context: PluginContext<Section>): readonly Resource[] {
  const { environment, section } = context;
  const application = applicationOf(environment);
  const sites = sitesOf(application, section);
  const ofSites = { application, section, sites, folder: environment.folder };
  // curl checks the sites; no other section needs to install it. Debian's nginx does not depend on logrotate.
  const addresses = listenAddresses(section.ipv6);
  const packages = aptPackages(
    { names: ['nginx', 'curl', 'logrotate', ...(section.brotli ? BROTLI_MODULES : [])] },
    { after: [addresses] },
  );
  const ports = requireFreePorts(allPorts(sites), section.ipv6, [packages]);
  const pages = maintenancePages(ofSites);
  const logins = loginFiles(ofSites, packages);
  const certificates = siteCertificates(context);
  const before = resourcesBefore(context, () =>
    comingFiles(ofSites, [packages, ports, ...pages, ...certificates]),
  );
  const main = nginxFile(
    { path: 'nginx.conf', configuration: mainConfiguration(section) },
    { after: [packages, ports, ...before] },
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
  const health = healthFiles(ofSites, [main, removed, unset, ...colourFiles]);
  const snippets = snippetFiles(ofSites, [main, removed]);
  const after = [welcome, removed, unset, ...colourFiles, ...logins, ...snippets, ...health];
  const own = siteFiles(ofSites, { after, pages });
  const files = [
    ...[main, welcome, unset, ...colourFiles, removed],
    unknownNames(application, sites, section, removed),
    ...[...health, ...snippets, ...own, ...absentFiles(ofSites, own)],
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
    ...(section.brotli ? [requireBrotli()] : []),
    ...[addresses, packages, ports, upstreamFolder, ...pages, ...logins],
    ...[...certificates, ...before, ...files, ...absentCertificates(sites)],
    ...[...rotationOf(section, packages), ...restart, daemon],
    ...('release' in environment.sections ? [greenFile(layoutOf(application))] : []),
  ];
}

function allPorts(sites: Readonly<Record<string, SiteSection>>): readonly number[] {
  const ports = new Set(Object.values(sites).flatMap(portsOf));
  return [...ports].toSorted((one, other) => one - other);
}

/** Debian's rotation of nginx's logs, when they are to be kept for another time. */
function rotationOf({ log: { days } }: Section, packages: Resource): readonly Resource[] {
  if (days === undefined) return [];
  const content = fromTemplate('logrotate.ejs', { days: String(days) });
  return [file({ path: '/etc/logrotate.d/nginx', content }, { after: [packages] })];
}
