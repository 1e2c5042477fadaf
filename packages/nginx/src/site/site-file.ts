import type { Application } from '@fairness-deploy/core';
import { MANAGED_NOTE, type Address } from '@fairness-deploy/core/resources';

/** A site's file, within nginx's folder. */
export function siteFile(name: string): string {
  return `sites-enabled/${name}.conf`;
}

/** The address of that file. */
export function siteAddress(name: string): Address {
  return `nginx:${siteFile(name)}`;
}

/**
 * The first line of a site's file: by it we know which files of the folder an application has made,
 * and which of them it does not have any more. A copy under another name is not ours.
 */
export function siteMark(application: Pick<Application, 'name'>, site: string): string {
  return `# Site ${site} of ${application.name}. ${MANAGED_NOTE}`;
}
