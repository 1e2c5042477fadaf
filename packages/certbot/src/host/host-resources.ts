import { resolve } from 'node:path';
import type { Environment } from '@fairness-deploy/core';
import {
  aptPackages,
  directory,
  file,
  MANAGED_NOTE,
  readProjectFile,
  service,
  shFormat,
  unitDropIn,
  type Resource,
} from '@fairness-deploy/core/resources';
import { lines, sh } from '@fairness-deploy/shell';
import { readRegularFile } from '@fairness-deploy/shell/client';
import { Text } from '@fairness-deploy/shell/secret';
import { RELOAD_NGINX } from '@fairness-deploy/nginx';
import { LETSENCRYPT } from '../section/lineages.js';
import type { Section } from '../section/section.js';
import { otherRenewals } from './other-renewals.js';
import { CERTBOT_STATE, pathsOf, PRIVATE_CAS } from './paths.js';

const NOTE = `# ${MANAGED_NOTE}\n`;

/** Where Certbot runs what follows each renewal. */
const HOOKS = `${LETSENCRYPT}/renewal-hooks/deploy`;

/** What the host needs before a certificate is asked for, and how Certbot renews them. */
export function hostResources(section: Section, environment: Environment): readonly Resource[] {
  // openssl reads the certificates.
  const packages = aptPackages({ names: ['certbot', 'openssl'] });
  const paths = pathsOf(environment);
  const hooks = directory({ path: HOOKS, parents: true }, { after: [packages] });
  const reload = file(
    { path: `${HOOKS}/fairness-deploy`, mode: '0755', content: RELOAD_HOOK },
    { after: [hooks] },
  );
  const state = directory({ path: CERTBOT_STATE, mode: '0700', parents: true });
  const folder = directory({ path: paths.folder, mode: '0700' }, { after: [state] });
  const authority = authorityFiles(section, environment, state);
  return [
    ...[packages, hooks, reload, state, folder],
    ...authority,
    ...dnsFiles(section, environment, folder),
    otherRenewals({ user: 'root' }, { after: [packages] }),
    service({ unit: 'certbot.timer', enabled: true, running: true }, { after: [packages] }),
    // It has read the drop-in.
    service({ unit: 'certbot.service' }, { after: [packages], follows: authority }),
  ];
}

/** Certbot doesn't fail when this does: `status` compares what nginx serves. */
const RELOAD_HOOK = `#!/bin/sh
${NOTE}set -eu
${lines(RELOAD_NGINX).reveal()}
`;

/**
 * The environment's own CA, for the directory of a private CA. The timer trusts those of all environments,
 * besides those of the system: the variable replaces these, and they change with updates.
 */
const TRUST_CAS = `${NOTE}[Service]
RuntimeDirectory=fairness-deploy-certbot
ExecStartPre=/bin/sh -c 'cat /etc/ssl/certs/ca-certificates.crt ${PRIVATE_CAS}/*.pem >/run/fairness-deploy-certbot/ca.pem 2>/dev/null || :'
Environment=REQUESTS_CA_BUNDLE=/run/fairness-deploy-certbot/ca.pem
`;

function authorityFiles(
  { caCertificate }: Section,
  environment: Environment,
  state: Resource,
): readonly Resource[] {
  const { caFile: path } = pathsOf(environment);
  const folder = directory({ path: PRIVATE_CAS, mode: '0700' }, { after: [state] });
  const after = [folder];
  const ca =
    caCertificate === undefined
      ? file({ path }, { ensure: 'absent', after })
      : file(
          { path, content: readProjectFile(resolve(environment.folder, caCertificate)) },
          { after },
        );
  return [folder, ca, ...unitDropIn({ service: 'certbot', configuration: TRUST_CAS }, { after })];
}

/** The project's programs for DNS, in a folder of root, and what runs them with their variables. */
function dnsFiles(
  { dns }: Section,
  environment: Environment,
  folder: Resource,
): readonly Resource[] {
  const paths = pathsOf(environment);
  const programs = [
    { own: paths.ownAuthHook, path: paths.authHook, from: dns?.authHook },
    { own: paths.ownCleanupHook, path: paths.cleanupHook, from: dns?.cleanupHook },
  ];
  const after = [folder];
  const variables = dns
    ? file({ path: paths.variables, mode: '0600', content: exported(dns.env) }, { after })
    : file({ path: paths.variables }, { ensure: 'absent' });
  return [
    variables,
    ...programs.flatMap(({ own, path, from }) => {
      if (from === undefined) {
        return [own, path].map((one) => file({ path: one }, { ensure: 'absent' }));
      }
      const content = new Uint8Array(readRegularFile(resolve(environment.folder, from)));
      const runs = sh`
        . ${paths.variables}
        exec ${own} "$@"`;
      return [
        file({ path: own, mode: '0700', content }, { after }),
        file(
          { path, mode: '0700', content: `#!/bin/sh\n${NOTE}set -eu\n${runs.reveal()}\n` },
          { after },
        ),
      ];
    }),
  ];
}

function exported(variables: Readonly<Record<string, Text>>): Text {
  return Text.of(
    ...Object.entries(variables).flatMap(([name, value]) => [
      `export ${name}=`,
      value.mapWhole((text) => shFormat(text)),
      '\n',
    ]),
  );
}
