/** The section postgres: where the old application found its database. */
import { compact, literal, type Config } from './configuration.js';
import type { HostScope } from './host-scope.js';
import type { SecretValues } from './secret-values.js';

/** The connection, whose parts are secrets of these names by default. */
const PARTS = ['db_host', 'db_port', 'db_username', 'db_password', 'db_name'];

/**
 * A machine of Vagrant finds the database of the developer's machine through a tunnel; else it is wherever
 * it was.
 */
export function translateDatabase(
  scope: HostScope,
  secrets: SecretValues,
  onVagrant: boolean,
): Config | undefined {
  const values = new Map(
    PARTS.flatMap((name) => {
      const value = scope.text(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  if (values.size === 0) return undefined;
  const host = values.get('db_host');
  const isLocal = typeof host === 'string' && /^(?:localhost|127\.0\.0\.1|::1)$/.test(host);
  if (isLocal && onVagrant) return tunnel(scope, secrets, values);
  for (const [name, value] of values) secrets.keep(name, value);
  const port = values.has('db_port') ? {} : { port: '5432' };
  for (const name of PARTS) {
    if (!values.has(name) && name !== 'db_port')
      scope.findings.add(
        'untranslated',
        scope.placeOf('db_host'),
        `the set-up does not say ${name}`,
        'nx run <environment>:secrets-set',
      );
  }
  if (isLocal) {
    scope.findings.add(
      'check',
      scope.placeOf('db_host'),
      'the database is on the host itself: it is used as it is, and not set up',
      'mode: local sets one up; db-restore fills it',
    );
    return { mode: 'managed', ...port, tls: 'disable' };
  }
  scope.findings.add(
    'check',
    scope.placeOf('db_host'),
    "our commands check the certificate of the database's server",
    'postgres.ca names the CA of a provider that has its own; db-check shows what is the case',
  );
  return { mode: 'managed', ...port };
}

type Values = ReadonlyMap<string, ReturnType<HostScope['text']> & {}>;

function tunnel(scope: HostScope, secrets: SecretValues, values: Values): Config {
  const plain = (name: string): string | undefined => {
    const value = values.get(name);
    return value === undefined
      ? undefined
      : typeof value === 'string'
        ? literal(value)
        : secrets.refer(value);
  };
  const password = values.get('db_password');
  const port = plain('db_port');
  if (password !== undefined) secrets.keep('db_password', password);
  scope.findings.add(
    'replaced',
    scope.placeOf('db_host'),
    'the tunnel of vagrant-ssh to your database: nx run <environment>:db-tunnel opens it',
  );
  return compact({
    mode: 'tunnel',
    user: plain('db_username'),
    database: plain('db_name'),
    ...(password !== undefined && { password: '${secrets.db_password}' }),
    ...(port !== undefined && port !== '5432' && { port }),
  });
}
