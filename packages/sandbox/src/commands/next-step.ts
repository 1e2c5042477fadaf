import type { Sandbox } from './read-sandbox.js';

/** What to do with a sandbox that has come up, and where to see it then. */
export function nextStep(
  { environment, hosts, deploys, urls }: Sandbox,
  addresses: readonly string[],
): string {
  const provision = `Next: npx nx run ${environment}:provision`;
  if (!deploys) return provision;
  const places = hosts.flatMap((host, at) => urls(host, addresses[at] ?? ''));
  const see = places.length === 0 ? '' : `, and open ${[...new Set(places)].join(' or ')}`;
  return `${provision}, then npx nx run ${environment}:deploy${see}`;
}
