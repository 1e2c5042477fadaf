import type { Application } from '@fairness-deploy/core';

/**
 * The first line of a site's file: by it we know which files of the folder an application has made,
 * and which of them it does not have any more. A copy under another name is not ours.
 */
export function siteMark(application: Pick<Application, 'name'>, site: string): string {
  return `# Site ${site} of ${application.name}. Managed by fairness-deploy: changes made here are overwritten by the next provision.`;
}
