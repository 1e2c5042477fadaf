import type { Environment, Rehearsal } from '@fairness-deploy/core';
import { HintedError } from '@fairness-deploy/shell/text';
import type { Origin } from './section/origin.js';
import type { ReleaseSection } from './section/section.js';

/** Reserved: no such name is in any DNS (RFC 6761, 6.4). */
const NOWHERE = 'https://webhook.invalid/';

/**
 * Hooks on this machine are shown and not run, and nobody is told how the deployment ended. This machine fetches
 * what the hosts would fetch.
 */
export const rehearsal: Rehearsal<ReleaseSection> = {
  section: ({ section, environment }) => ({
    ...section,
    origin: fetchedHere(section.origin, environment),
    hooks: section.hooks.map((hook) => (hook.on === 'client' ? { ...hook, isDry: true } : hook)),
    notify: [],
  }),
  // A URL is checked before it is left out.
  secrets: ({ section }) =>
    Object.fromEntries(
      section.notify
        .filter(({ url }) => url.parts.length === 1)
        .flatMap(({ url }) => url.secrets.map(({ name }) => [name, NOWHERE] as const)),
    ),
  // This machine fetches with them, as the hosts would.
  needsSecrets: ({ origin }) =>
    origin.via === 'fetch' ? (origin.url.credentials?.secrets.map(({ name }) => name) ?? []) : [],
  leavesOut: ({ hooks, notify, origin }) => [
    ...(origin.via === 'fetch'
      ? [`the hosts' own way to ${origin.url.url}: this machine has fetched the commits`]
      : []),
    ...hooks
      .filter(({ on }) => on === 'client')
      .map(({ when, phase, run }) => `the hook on this machine ${when} ${phase}: ${run.trim()}`),
    ...(notify.length > 0 ? ['the webhooks that are told how deployments end'] : []),
  ],
};

/** @throws HintedError when a real host has the repository: this machine would contact it. */
function fetchedHere(origin: Origin, { name, hosts }: Environment): Origin {
  if (origin.via !== 'fetch') return origin;
  const { url } = origin.url;
  const [, server = ''] = /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)/.exec(url) ?? [];
  const own = hosts.find(({ address }) => address === server.replace(/^\[(.*)\]$/, '$1'));
  if (!own) return { ...origin, isFetchedHere: true };
  throw new HintedError(
    `Cannot rehearse ${name}: its own host "${own.name}" has the repository ${url}, and a rehearsal must not contact it`,
    { hint: 'clone it, and name the clone as "repository" in the section "release"' },
  );
}
