import { type SandboxHost } from '@fairness-deploy/sandbox';
import { onHost } from '../lab/on-host.mjs';
import { type Page } from './visits.mjs';

/** Values of an application's secrets, made up. */
export type Secrets = Readonly<Record<string, string>>;

type Prepare = (host: SandboxHost, secrets: Secrets) => Promise<void>;

/** What the test must know of an application, besides its environment file. */
export interface Application {
  /** The names of its secrets. */
  readonly secrets: readonly string[];
  /** What the server needs that no section describes, such as a role of PostgreSQL. */
  readonly prepare?: Prepare;
  /** The commit to deploy, where the newest one needs more than this test can have. */
  readonly commit?: string;
  /** The pages that must answer all the time. */
  readonly pages: readonly Page[];
  /** What else must work, such as a worker. */
  readonly works?: (address: string) => Promise<readonly string[]>;
}

/** The applications of tools/acceptance/applications, by the names of their files. */
export const APPLICATIONS: ReadonlyMap<string, Application> = new Map<string, Application>([
  [
    'eleventy',
    {
      secrets: [],
      pages: [
        { path: '/', shows: 'Eleventy' },
        { path: '/no-such-page', status: 404 },
      ],
    },
  ],
  [
    'etherpad',
    {
      secrets: ['database_password', 'session_key'],
      prepare: database('etherpad'),
      pages: [
        { path: '/', shows: 'Etherpad' },
        { path: '/p/acceptance', shows: 'editorcontainer' },
      ],
    },
  ],
  ['homepage', { secrets: [], commit: 'v1.9.0', pages: [{ path: '/', shows: 'Homepage' }] }],
  [
    'kutt',
    {
      secrets: ['database_password', 'jwt_secret'],
      prepare: database('kutt'),
      pages: [
        // Nobody has registered yet.
        { path: '/create-admin', shows: 'Kutt' },
        { path: '/api/v2/health', shows: 'OK' },
      ],
    },
  ],
  [
    'patchwork',
    {
      secrets: ['database_password', 'django_secret_key'],
      prepare: database('patchwork'),
      // The newest one that works with Debian 12's Django: PyPI is not asked.
      commit: 'v3.1.3',
      pages: [
        { path: '/', shows: 'Patchwork' },
        { path: '/about/', shows: 'Patchwork' },
      ],
    },
  ],
  [
    'starlight',
    {
      secrets: [],
      pages: [
        { path: '/', shows: 'Starlight' },
        { path: '/getting-started/', shows: 'Starlight' },
      ],
    },
  ],
]);

/**
 * Makes a role and a database of one name. Until a package for PostgreSQL does it, the one who runs the
 * server does. The password comes on standard input: a command line is for all users of the host.
 */
function database(name: string): Prepare {
  return async (host, { database_password: password = '' }) => {
    // Of the alphabet of base64url: it needs no quotes.
    await onHost(
      host,
      `cd /
su postgres -c 'psql --quiet --set ON_ERROR_STOP=1' <<'SQL'
create role ${name} login password '${password}';
create database ${name} owner ${name};
SQL
`,
    );
  };
}
