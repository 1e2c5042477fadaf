import {
  applicationOf,
  askPlugin,
  ExtensionPoint,
  type Environment,
  type Extension,
  type Plugin,
  type PluginContext,
} from '@fairness-deploy/core';
import type { Resource } from '@fairness-deploy/core/resources';
import { HintedError } from '@fairness-deploy/shell/text';
import { sitesOf, type Section } from '../section/section.js';
import { namesOf } from '../section/sites-reached.js';

/** A site that needs a certificate. */
export interface TlsSite {
  readonly name: string;
  /** All of its names: the domains, and then the aliases. */
  readonly names: readonly string[];
  /** The port of https. */
  readonly port: number;
  /** The port of http. */
  readonly httpPort: number;
}

/** The parts that a plugin adds to nginx. */
export interface NginxExtension<Section = unknown> {
  /**
   * The folders that have, or will have, the certificates of the sites: `fullchain.pem` and
   * `privkey.pem` in each. By site; absolute paths.
   */
  certificates?(
    context: PluginContext<Section>,
    sites: readonly TlsSite[],
  ): Readonly<Record<string, string>>;
  /**
   * Resources that are applied before the first of nginx's files, and after all that these need: of a
   * plugin that replaces the files of another tool.
   */
  before?(context: PluginContext<Section>, files: ComingFiles): readonly Resource[];
}

/** The files that nginx is going to read, without those for names that no site has. */
export interface ComingFiles {
  /** nginx.conf. */
  readonly main: string;
  /** nginx.conf that includes the sites of another folder within nginx's, and not those of sites-enabled. */
  readonly mainWith: (folder: string) => string;
  /** The files of the sites, by their paths within nginx's folder. */
  readonly sites: Readonly<Record<string, string>>;
  /** The files that these include, by their paths within nginx's folder. */
  readonly included: Readonly<Record<string, string>>;
  /** The resources that these files need. */
  readonly after: readonly Resource[];
}

const POINT = new ExtensionPoint<NginxExtension>('nginx');

/** Adds to nginx: for a plugin's `extensions`. */
export function extendNginx<Section>(part: NginxExtension<Section>): Extension {
  // Sound: the function gets the section of its own plugin.
  return POINT.with(part);
}

/** Whether one of the plugins gets certificates. */
export function hasCertificates(plugins: readonly Plugin[]): boolean {
  return POINT.of(plugins).some(({ part }) => part.certificates !== undefined);
}

/** The sites with TLS that bring no certificate of their own; none in an environment without nginx. */
export function tlsSitesOf(environment: Environment): readonly TlsSite[] {
  if (!('nginx' in environment.sections)) return [];
  // Sound: the schema of the section returned it.
  const section = environment.sections['nginx'] as Section;
  return Object.entries(sitesOf(applicationOf(environment), section)).flatMap(([name, site]) =>
    site.tls && !site.tls.certificate
      ? [{ name, names: namesOf(site), port: site.tls.port, httpPort: site.listen }]
      : [],
  );
}

/**
 * The folders of the certificates that other plugins get, by site.
 *
 * @throws HintedError when a site has none on this host.
 */
export function certificateFolders(context: PluginContext<unknown>): ReadonlyMap<string, string> {
  const { environment, plugins, host } = context;
  const sites = tlsSitesOf(environment);
  const all = POINT.of(plugins).flatMap(({ plugin: { section }, part }) => {
    const own = { ...context, section: environment.sections[section] };
    const folders = askPlugin(
      section,
      'the function "certificates" of its extension of nginx',
      () => part.certificates?.(own, sites),
    );
    return Object.entries(folders ?? {});
  });
  const folders = new Map(all);
  const without = sites.find(({ name }) => !folders.has(name));
  if (without) {
    throw new HintedError(
      `Cannot serve the site "${without.name}" by https on the host ${host.name}: no section gets its certificate there`,
      { hint: NO_CERTIFICATE_HINT },
    );
  }
  return folders;
}

/** What plugins add before nginx's files, which are rendered only when one does. */
export function resourcesBefore(
  context: PluginContext<unknown>,
  filesOf: () => ComingFiles,
): readonly Resource[] {
  const { environment, plugins } = context;
  return POINT.of(plugins).flatMap(({ plugin: { section }, part }) => {
    if (!part.before) return [];
    const own = { ...context, section: environment.sections[section] };
    const what = 'the function "before" of its extension of nginx';
    return askPlugin(section, what, () => part.before?.(own, filesOf())) ?? [];
  });
}

/** For a site with TLS that nobody gets a certificate for. */
export const NO_CERTIFICATE_HINT =
  'add one that does, such as: certbot: { email: ops@example.org }; or bring your own: tls: { certificate, key }';
