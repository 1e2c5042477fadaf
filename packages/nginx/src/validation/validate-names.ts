import type { Issue, KeyPath } from '@fairness-deploy/environment-file';
import { portsOf, type SiteSection } from '../section/section.js';

/** A name belongs to one site of a port, and so does the answer to any name. */
export function validateNames(sites: Readonly<Record<string, SiteSection>>): readonly Issue[] {
  const owners = new Map<string, string>();
  return Object.entries(sites).flatMap(([site, section]) => {
    const check = (path: KeyPath, name: string | undefined): readonly Issue[] => {
      for (const port of portsOf(section)) {
        const key = `${name ?? ''}:${String(port)}`;
        const owner = owners.get(key);
        if (owner !== undefined) return [alreadyOf(owner, { site, path, name, port })];
        owners.set(key, site);
      }
      return [];
    };
    const { domains, aliases = [] } = section;
    return [
      ...(domains ?? [undefined]).flatMap((name, at) =>
        check(name === undefined ? ['sites', site] : ['sites', site, 'domains', at], name),
      ),
      ...aliases.flatMap((name, at) => check(['sites', site, 'aliases', at], name)),
    ];
  });
}

function alreadyOf(
  owner: string,
  {
    site,
    path,
    name,
    port,
  }: {
    readonly site: string;
    readonly path: KeyPath;
    readonly name: string | undefined;
    readonly port: number;
  },
): Issue {
  if (name === undefined) {
    return {
      path,
      message: `the site "${owner}" answers to any name on port ${String(port)} already`,
      hint: 'give one of them domains, or another port',
    };
  }
  const message =
    owner === site
      ? `"${name}" is given twice`
      : `"${name}" belongs to the site "${owner}" already`;
  return { path, message, hint: 'remove one of them' };
}
