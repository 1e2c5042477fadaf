import type { Removals } from '@fairness-deploy/core';
import { defineRemoval } from '@fairness-deploy/core/resources';
import { sh } from '@fairness-deploy/shell';
import { LETSENCRYPT, liveFolder } from '../section/lineages.js';

const renewalFile = (name: string): string => `${LETSENCRYPT}/renewal/${name}.conf`;

/** That a certificate is gone, with its keys and its renewal. It is not revoked: `certbot-revoke` does that. */
const certificate = defineRemoval<{ readonly name: string }>({
  type: 'certificate',
  name: ({ name }) => name,
  check({ name }) {
    if (/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name)) return;
    throw new RangeError(`Cannot use ${JSON.stringify(name)} as the name of a certificate`);
  },
  read: ({ name }) => sh`
    for fd_path in ${[liveFolder(name), `${LETSENCRYPT}/archive/${name}`, renewalFile(name)]}; do
      [ ! -e "$fd_path" ] || printf '%s\n' "$fd_path"
    done`,
  // The renewal first: it needs the others.
  remove: ({ name }) => sh`
    rm -f -- ${renewalFile(name)}
    rm -rf --one-file-system -- ${[liveFolder(name), `${LETSENCRYPT}/archive/${name}`]}`,
});

/** How the things of certbot's own kinds are removed. */
export const REMOVALS: Removals = {
  // After the sites that use it.
  certificate: { path: renewalFile, rank: 0.5, resource: (name) => certificate({ name }) },
};
