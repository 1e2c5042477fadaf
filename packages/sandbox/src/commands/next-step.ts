import type { Environment } from '@fairness-deploy/core';

/** The next command after a sandbox is up, and the URL then. */
export function nextStep(
  { name, application }: Pick<Environment, 'name' | 'application'>,
  urls: readonly string[],
): string {
  const provision = `Next: npx nx run ${name}:provision`;
  if (application === undefined) return provision;
  const see = urls.length === 0 ? '' : `, and open ${[...new Set(urls)].join(' or ')}`;
  return `${provision}, then npx nx run ${name}:deploy${see}`;
}
