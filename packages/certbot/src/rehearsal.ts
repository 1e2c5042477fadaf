import { without, type Rehearsal } from '@fairness-deploy/core';
import type { Section } from './section/section.js';

/** The CA of the stage in place of the real one, which must neither certify nor count anything. */
export const rehearsal: Rehearsal<Section> = {
  needsAuthority: () => true,
  domains: ({ certificates }) => Object.values(certificates).flatMap(({ domains }) => domains),
  section({ section, stage: { authority } }) {
    const { directory, rootFile, authHook, cleanupHook, hookVariables } = authority;
    return {
      ...without(section, 'eab'),
      server: directory,
      caCertificate: rootFile,
      dryRunServer: 'none',
      publicAddresses: [],
      ...(section.dns && { dns: { authHook, cleanupHook, env: hookVariables } }),
    };
  },
  leavesOut: ({ dns, eab }) => [
    'the real DNS: whether the names of the certificates lead to the hosts',
    `the real CA: its limits${eab ? ', the binding of its account' : ''}`,
    ...(dns ? ["the hooks for DNS: the provider's API was not called"] : []),
  ],
};
