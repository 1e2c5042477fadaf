import { applicationOf, type Environment } from '@fairness-deploy/core';
import { portsOf, sitesOf, type Section, type SiteSection } from './section.js';

/** Where visitors reach the sites of an environment. */
export interface SitesReached {
  /** The names of the sites in the section. */
  readonly sites: readonly string[];
  readonly ports: readonly number[];
  /** The domains and aliases; undefined: a site answers to any name. */
  readonly names: readonly string[] | undefined;
}

/** None in an environment without nginx. */
export function sitesReached(environment: Environment): SitesReached {
  if (!('nginx' in environment.sections)) return { sites: [], ports: [], names: [] };
  // Sound: the schema of the section returned it.
  const section = environment.sections['nginx'] as Section;
  const sites = sitesOf(applicationOf(environment), section);
  const all = Object.values(sites);
  return {
    sites: Object.keys(sites),
    ports: [...new Set(all.flatMap(portsOf))],
    names: all.some(({ domains }) => !domains) ? undefined : all.flatMap(namesOf),
  };
}

/** All names of a site. */
export function namesOf({ domains = [], aliases = [] }: SiteSection): readonly string[] {
  return [...domains, ...aliases];
}
