/** For tests: the version of PostgreSQL that the hosts of tests have. */
import { RELEASES } from '@fairness-deploy/core/resources';

const wanted = process.env['TEST_RELEASE'] ?? '';

/** Of TEST_RELEASE, or of the release that hosts of tests have without it: `testRelease` of sandbox. */
export const SERVER_VERSION = Number(
  RELEASES.find(({ codename }) => codename === (wanted === '' ? 'bookworm' : wanted))?.packages
    .postgresql,
);

/** The cluster that their package makes, its unit, and the folder of its configuration. */
export const CLUSTER = `${String(SERVER_VERSION)}/main`;
export const CLUSTER_UNIT = `postgresql@${String(SERVER_VERSION)}-main`;
export const CLUSTER_FOLDER = `/etc/postgresql/${CLUSTER}`;
