import { Text } from '@fairness-deploy/shell/secret';
import type { Database } from './database.js';

/** The URL of a database, as libpq and node-postgres read it (PostgreSQL's manual, 34.1.1.2). */
export function databaseUrl({ host, port, user, password, name, tls, ca }: Database): Text {
  const encoded = (text: Text): Text => text.mapWhole(percentEncode);
  // A folder of sockets stands behind the name.
  const isFolder = host.locked === undefined && host.reveal().startsWith('/');
  return Text.of(
    ...['postgresql://', encoded(user), ':', encoded(password), '@'],
    ...[isFolder ? 'localhost' : host.mapWhole(inBrackets), ':', port, '/', encoded(name)],
    ...[`?sslmode=${tls}`, ...(ca === undefined ? [] : [`&sslrootcert=${ca}`])],
    ...(isFolder ? ['&host=', encoded(host)] : []),
  );
}

/** RFC 3986, 2.1: all but unreserved characters. encodeURIComponent leaves some more. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function inBrackets(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
