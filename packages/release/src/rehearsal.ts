import type { Rehearsal } from '@fairness-deploy/core';
import type { ReleaseSection } from './section/section.js';

/** Reserved: no such name is in any DNS (RFC 6761, 6.4). */
const NOWHERE = 'https://webhook.invalid/';

/** Hooks on this machine are shown and not run, and nobody is told how the deployment ended. */
export const rehearsal: Rehearsal<ReleaseSection> = {
  section: ({ section }) => ({
    ...section,
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
  // The hosts fetch with them, and this machine asks what the branch is.
  needsSecrets: ({ origin }) =>
    origin.via === 'fetch' ? (origin.url.credentials?.secrets.map(({ name }) => name) ?? []) : [],
  leavesOut: ({ hooks, notify }) => [
    ...hooks
      .filter(({ on }) => on === 'client')
      .map(({ when, phase, run }) => `the hook on this machine ${when} ${phase}: ${run.trim()}`),
    ...(notify.length > 0 ? ['the webhooks that are told how deployments end'] : []),
  ],
};
