import { Text } from '@fairness-deploy/shell/secret';
import type { Database } from './database.js';

/** The URL of a database, as libpq and node-postgres read it (PostgreSQL's manual, 34.1.1.2). */
export function databaseUrl({ host, port, user, password, name, tls, ca }: Database): Text {
  const encoded = (text: Text): Text => text.mapWhole(percentEncode);
  const parameters = [`sslmode=${tls}`, ...(ca === undefined ? [] : [`sslrootcert=${ca}`])];
  return Text.of(
    ...['postgresql://', encoded(user), ':', encoded(password), '@', host.mapWhole(inBrackets)],
    ...[':', port, '/', encoded(name), `?${parameters.join('&')}`],
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
