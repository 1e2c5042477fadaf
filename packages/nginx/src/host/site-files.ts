import { directory, file, type Resource } from '@fairness-deploy/core/resources';
import { certificateAddress } from '../certificate/site-certificate.js';
import { NGINX_FOLDER, nginxFile } from '../configuration/nginx-file.js';
import { WORKER } from '../release/front.js';
import type { SiteSection } from '../section/section.js';
import { healthConfiguration, healthFile, HEALTH_URLS } from '../site/health-url.js';
import { LOGINS, loginsFile, loginsPath } from '../site/logins.js';
import { MAINTENANCE_PAGES, maintenancePage, maintenancePagePath } from '../site/maintenance.js';
import { siteConfiguration, type SiteContext } from '../site/site-configuration.js';
import { siteFile } from '../site/site-file.js';
import { snippet, snippetFile, SNIPPETS } from '../site/snippet.js';

/** The sites of an environment, and what their files are made of. */
export interface SitesContext extends SiteContext {
  readonly sites: Readonly<Record<string, SiteSection>>;
}

/** The sites' own files: nginx reads the other files by them. */
export function siteFiles(
  { sites, ...context }: SitesContext,
  { after, pages }: { readonly after: readonly Resource[]; readonly pages: readonly Resource[] },
): readonly Resource[] {
  return Object.entries(sites).map(([name, site]) =>
    nginxFile(
      { path: siteFile(name), configuration: siteConfiguration(context, name, site) },
      { after: [...after, ...(site.tls ? [certificateAddress(name)] : [])], follows: pages },
    ),
  );
}

/** The maintenance pages. */
export function maintenancePages({ sites, section, folder }: SitesContext): readonly Resource[] {
  const pages = Object.entries(sites).map(([name, site]) =>
    file({
      path: maintenancePagePath(name),
      content: maintenancePage(site.maintenancePage ?? section.maintenancePage, folder),
    }),
  );
  return [directory({ path: MAINTENANCE_PAGES, parents: true }), ...pages];
}

/** The logins of the sites that ask for one; a site that asks for none has no file. */
export function loginFiles({ sites }: SitesContext, packages: Resource): readonly Resource[] {
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

/** The health URLs of the sites that have one, and their folder. */
export function healthFiles(
  { application, sites }: SitesContext,
  after: readonly Resource[],
): readonly Resource[] {
  const files = Object.entries(sites).flatMap(([name, site]) => {
    if (site.health === undefined) return [];
    const configuration = healthConfiguration(application, name, site, site.health);
    return [nginxFile({ path: healthFile(name), configuration }, { after })];
  });
  return withFolder(HEALTH_URLS, files);
}

/** The snippets of the sites that have one, and their folder. */
export function snippetFiles(
  { sites, folder }: SitesContext,
  after: readonly Resource[],
): readonly Resource[] {
  const files = Object.entries(sites).flatMap(([name, site]) => {
    if (site.snippet === undefined) return [];
    const configuration = snippet(name, site.snippet, folder);
    return [nginxFile({ path: snippetFile(name), configuration }, { after })];
  });
  return withFolder(SNIPPETS, files);
}

/** The snippets and health URLs that sites do not have any more: removed after the files that include them. */
export function absentFiles(
  { sites }: SitesContext,
  after: readonly Resource[],
): readonly Resource[] {
  const all = Object.entries(sites);
  return [
    ...all.flatMap(([name, site]) => (site.snippet === undefined ? [snippetFile(name)] : [])),
    ...all.flatMap(([name, site]) => (site.health === undefined ? [healthFile(name)] : [])),
  ].map((path) => nginxFile({ path }, { ensure: 'absent', after }));
}

function withFolder(folder: string, files: readonly Resource[]): readonly Resource[] {
  return files.length === 0 ? [] : [directory({ path: `${NGINX_FOLDER}/${folder}` }), ...files];
}
