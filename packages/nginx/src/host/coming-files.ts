import type { Resource } from '@fairness-deploy/core/resources';
import { COLOURS } from '@fairness-deploy/release';
import type { ComingFiles } from '../extension/nginx-extension.js';
import { defaults, defaultsFile, noUpstreams, upstreamsFile } from '../release/upstreams.js';
import { healthConfiguration, healthFile } from '../site/health-url.js';
import { mainConfiguration } from '../site/main-configuration.js';
import { siteConfiguration } from '../site/site-configuration.js';
import { siteFile } from '../site/site-file.js';
import { snippet, snippetFile } from '../site/snippet.js';
import type { SitesContext } from './site-files.js';

/** The files of an environment's nginx before its first release. */
export function comingFiles(context: SitesContext, after: readonly Resource[]): ComingFiles {
  const { application, section, sites, folder } = context;
  const all = Object.entries(sites);
  return {
    main: mainConfiguration(section),
    mainWith: (other) => mainConfiguration(section, other),
    sites: Object.fromEntries(
      all.map(([name, site]) => [siteFile(name), siteConfiguration(context, name, site)]),
    ),
    included: Object.fromEntries([
      [defaultsFile(application), defaults(application)],
      ...COLOURS.map((colour) => [
        upstreamsFile(application, colour),
        noUpstreams(application, colour),
      ]),
      ...all.flatMap(([name, site]) => [
        ...(site.snippet === undefined
          ? []
          : [[snippetFile(name), snippet(name, site.snippet, folder)]]),
        ...(site.health === undefined
          ? []
          : [[healthFile(name), healthConfiguration(application, name, site, site.health)]]),
      ]),
    ]) as Readonly<Record<string, string>>,
    after,
  };
}
