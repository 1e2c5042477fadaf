import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { command, query } from '../system/command.js';
import { paths } from '../system/paths.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { aptProxy, downloadSettings, environmentProxy } from './apt-settings.js';
import { type AptSource, aptSourceFormat, parseAptSources, sourcesOf } from './apt-sources.js';

/** A server that this machine already gets packages from, and how. */
export interface Upstream {
  readonly url: string;
  readonly proxy?: string;
}

/** This machine's own sources of Debian packages, as configured at this moment. */
export interface AptRegistries {
  /** Of Debian: bookworm, trixie … */
  readonly codename: string;
  readonly sources: readonly AptSource[];
  /** Lines of apt.conf(5) that hosts need as well. */
  readonly settings: string;
  readonly upstreams: readonly Upstream[];
}

/** Releases of Debian that hosts can have, by their codenames. */
export const DEBIAN_RELEASES = ['bullseye', 'bookworm', 'trixie'] as const;
export type DebianRelease = (typeof DEBIAN_RELEASES)[number];

/** This machine's own registry of npm packages. */
export interface NpmRegistry {
  readonly upstream: Upstream;
  /** PEM files with the authorities that this machine trusts. */
  readonly certificates: readonly string[];
}

/**
 * Reads the settings of this machine's apt.
 * @param release another one than this machine's: from the same mirrors.
 * @throws HintedError when it has no source of Debian itself.
 */
export async function readAptRegistries(release?: DebianRelease): Promise<AptRegistries> {
  const codename = /^VERSION_CODENAME="?([a-z]+)/m.exec(
    readFileSync('/etc/os-release', 'utf8'),
  )?.[1];
  if (codename === undefined) {
    throw new HintedError(`Cannot tell this machine's Debian release: /etc/os-release doesn't say`);
  }
  const [targets, dump] = await Promise.all([indexTargets(), command('apt-config', ['dump'])]);
  const sources = parseAptSources(targets, codename).map((source) => ({
    ...source,
    uri: resolveMirrorList(source.uri),
  }));
  if (!sources.some(({ suite }) => suite === codename)) {
    throw new HintedError(
      `Cannot find Debian's package source: apt of this machine has none for "${codename}"`,
      {
        hint: 'Look at /etc/apt/sources.list and /etc/apt/sources.list.d, then run: apt-get update',
      },
    );
  }
  const uris = [...new Set(sources.map(({ uri }) => uri))];
  return {
    codename: release ?? codename,
    sources: sourcesOf(release ?? codename, sources, codename),
    settings: downloadSettings(dump),
    upstreams: uris.map((uri) => upstream(uri, aptProxy(dump, new URL(uri), process.env))),
  };
}

/**
 * apt's own list; it answers in 10 ms with a cache of its own, and in half a second without one.
 */
async function indexTargets(): Promise<string> {
  const cache = paths.cache('machine-apt');
  await mkdir(cache, { recursive: true });
  const options = [
    `Dir::Cache::pkgcache=${cache}/pkg.bin`,
    `Dir::Cache::srcpkgcache=${cache}/src.bin`,
  ];
  return await command('apt-get', [
    ...options.flatMap((option) => ['-o', option]),
    ...['indextargets', '--format', aptSourceFormat, 'Created-By: Packages'],
  ]);
}

/**
 * Reads the settings of this machine's npm, which takes a quarter of a second.
 * @throws HintedError when npm names no registry.
 */
export async function readNpmRegistry(): Promise<NpmRegistry> {
  const output = await query('npm', ['config', 'get', ...npmKeys]);
  const settings = parseNpmSettings(output ?? '');
  const { registry } = settings;
  if (registry === undefined) {
    throw new HintedError(`Cannot find npm's registry: npm doesn't tell`, {
      hint: 'Run: npm config get registry',
    });
  }
  const url = registry.replace(/\/*$/, '/');
  const proxy =
    settings['https-proxy'] ?? settings['proxy'] ?? environmentProxy(new URL(url), process.env);
  const certificates = [
    '/etc/ssl/certs/ca-certificates.crt',
    process.env.SSL_CERT_FILE,
    process.env.NODE_EXTRA_CA_CERTS,
    settings['cafile'],
  ].filter((file): file is string => file !== undefined && existsSync(file));
  return { upstream: upstream(url, proxy), certificates: [...new Set(certificates)] };
}

const npmKeys = ['registry', 'https-proxy', 'proxy', 'cafile'] as const;

/** Reads `key=value` lines; npm says 'null' or 'undefined' for what isn't set. */
export function parseNpmSettings(output: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    output.split('\n').flatMap((line) => {
      const [, key, value] = /^([a-z-]+)=(.*)$/.exec(line.trim()) ?? [];
      const unset = value === undefined || ['', 'null', 'undefined', 'false'].includes(value);
      return key === undefined || unset ? [] : [[key, value]];
    }),
  );
}

function upstream(url: string, proxy: string | undefined): Upstream {
  return proxy === undefined ? { url } : { url, proxy };
}

/** Debian's cloud images name a file with a list of mirrors (apt-transport-mirror(1)): takes its first. */
function resolveMirrorList(uri: string): string {
  const file = /^mirror\+file:\/*(\/.*?)\/?$/.exec(uri)?.[1];
  if (file === undefined || !existsSync(file)) return uri;
  const first = /^\s*(https?:\S+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  return first === undefined ? uri : first.replace(/\/*$/, '/');
}
