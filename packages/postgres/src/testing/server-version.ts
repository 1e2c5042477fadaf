/** For tests: the version of PostgreSQL that the hosts of tests have. */
import { readFileSync } from 'node:fs';
import { RELEASES } from '@fairness-deploy/core/resources';

/** That of TEST_RELEASE, or of this machine's release. */
export const SERVER_VERSION = Number(
  RELEASES.find(({ codename }) => codename === (process.env['TEST_RELEASE'] ?? ownCodename()))
    ?.packages.postgresql,
);

function ownCodename(): string | undefined {
  return /^VERSION_CODENAME="?([a-z]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
}

/** The cluster that their package makes, its unit, and the folder of its configuration. */
export const CLUSTER = `${String(SERVER_VERSION)}/main`;
export const CLUSTER_UNIT = `postgresql@${String(SERVER_VERSION)}-main`;
export const CLUSTER_FOLDER = `/etc/postgresql/${CLUSTER}`;
