import { createHash, createHmac } from 'node:crypto';
import { Text } from '@fairness-deploy/shell/secret';

/** The folder of the logins that sites ask for, a file for each site. */
export const LOGINS = '/etc/nginx/logins';

/** The file of a site's logins: nginx's workers read it for each request. */
export function loginsPath(site: string): string {
  return `${LOGINS}/${site}`;
}

/**
 * The content of a site's file: a login a line, with its password as nginx can check it in no time
 * ({SSHA}, ngx_http_auth_basic_module). A slow hash would hold up the worker's other requests, as
 * nginx computes it for each of them.
 */
export function loginsFile(site: string, logins: Readonly<Record<string, Text>>): Text {
  return Text.of(
    ...Object.entries(logins).flatMap(([name, password]) => [
      `${name}:`,
      password.mapWhole((text) => salted(text, `${site}:${name}`)),
      '\n',
    ]),
  );
}

/** The salt follows from password and place: the same password is the same file again. */
function salted(password: string, place: string): string {
  if (password === '') throw new RangeError(`the password of ${place} is empty`);
  const salt = createHmac('sha256', password).update(place).digest().subarray(0, 16);
  const hash = createHash('sha1').update(password).update(salt).digest();
  return `{SSHA}${Buffer.concat([hash, salt]).toString('base64')}`;
}
