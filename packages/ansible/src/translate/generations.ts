/**
 * What the old roles of each generation put on a server, for a set-up whose templates are not there:
 * A (2022) has a client and an API, B (2023) two clients behind a proxy, and the API.
 */

/** A program as the roles gave it to Supervisor; the variable that has its port. */
export interface Program {
  readonly name: string;
  /** Relative to the checkout. */
  readonly directory: string;
  readonly command: string;
  readonly port: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Generation {
  readonly programs: readonly Program[];
  readonly install: string;
  /** Templates of .env files by their paths in the checkout, with variables of the roles. */
  readonly env: Readonly<Record<string, readonly string[]>>;
  /** Whether server/ormconfig.json says where the database is. */
  readonly ormconfig: boolean;
}

const API = {
  name: 'api',
  directory: 'server',
  command: 'node ./dist/src/main.js',
  port: 'api_port',
};
const SERVER = [
  "ACCOUNTING_INVOICE_PREFIX='FS'",
  'ACCOUNTING_PAD=4',
  "UPLOAD_LOCATION='uploads'",
  "FILE_ENCRYPTION_KEY='{{ file_encryption_key }}'",
  "CALENDAR_SECRET='{{ calendar_secret }}'",
  "CALENDAR_TOKEN='{{ calendar_token }}'",
];
const CLIENT = [
  "CLIENT_API_URL_SSR='{{ api_url_ssr }}'",
  "CLIENT_API_URL='{{ api_url }}'",
  "CLIENT_CALENDAR_TOKEN='{{ calendar_token }}'",
];

export const GENERATION_A: Generation = {
  programs: [
    {
      name: 'client',
      directory: 'client',
      command: 'node ./__sapper__/build',
      port: 'client_port',
    },
    API,
  ],
  install: 'make install',
  env: { 'server/.env': ["ACCOUNTING_QUOTE_PREFIX='FS-DEVIS'", ...SERVER], 'client/.env': CLIENT },
  ormconfig: true,
};

export const GENERATION_B: Generation = {
  programs: [
    {
      name: 'client-legacy',
      directory: 'client/legacy',
      command: 'node ./__sapper__/build',
      port: 'client_legacy_port',
    },
    {
      name: 'client-kit',
      directory: 'client/kit',
      command: 'node ./build',
      port: 'client_kit_port',
    },
    {
      ...{ name: 'client-proxy', directory: 'client/proxy', command: 'node index.cjs' },
      port: 'client_proxy_port',
      env: { LEGACY_PORT: '{{ client_legacy_port }}', KIT_PORT: '{{ client_kit_port }}' },
    },
    API,
  ],
  install: 'ANSIBLE=1 make install',
  env: {
    'server/.env': [
      ...[
        "DATABASE_HOST='{{ db_host }}'",
        "DATABASE_PORT='{{ db_port }}'",
        "DATABASE_USERNAME='{{ db_username }}'",
      ],
      ...["DATABASE_PASSWORD='{{ db_password }}'", "DATABASE_NAME='{{ db_name }}'"],
      ...SERVER,
    ],
    'client/legacy/.env': CLIENT,
    'client/kit/.env.local': [
      "VITE_CLIENT_API_URL_SSR='{{ api_url_ssr }}'",
      "VITE_CLIENT_API_URL='{{ api_url }}'",
    ],
  },
  ormconfig: false,
};

/** The ports of the roles, by the variable. */
export const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  ...{ api_port: 3000, client_port: 3001 },
  ...{ client_proxy_port: 3001, client_legacy_port: 3002, client_kit_port: 3003 },
};

/** Of the variables of the roles, those that one generation alone has. */
export function generationOf(has: (variable: string) => boolean): Generation | undefined {
  if (has('client_proxy_port') || has('client_legacy_port') || has('client_kit_port'))
    return GENERATION_B;
  return has('client_port') || has('api_port') ? GENERATION_A : undefined;
}
