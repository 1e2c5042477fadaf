/** How an environment file names what a variable of the roles holds. */
import { isScalar, type Variables } from '../value/value.js';
import type { HostScope } from './host-scope.js';
import type { SecretValues } from './secret-values.js';

/** The connection to the database: values that the section postgres offers. */
export const DATABASE: Readonly<Record<string, string>> = {
  ...{
    db_host: 'host',
    db_port: 'port',
    db_username: 'user',
    db_password: 'password',
    db_name: 'database',
  },
};

/** Variables of the roles that are secrets, also where the set-up has them in plain text. */
export const SECRETS = ['file_encryption_key', 'calendar_secret', 'calendar_token', 'db_password'];

/**
 * The variables of a host for templates of the application's files: not the values, but what stands for
 * them in an environment file, such as `${secrets.calendar_token}`. Those that can't be filled in are left
 * out.
 *
 * @param known references by variable
 */
export function referenceVariables(
  scope: HostScope,
  secrets: SecretValues,
  known: ReadonlyMap<string, string>,
): (template: string) => Variables {
  return (template) => {
    const names = new Set([...template.matchAll(/[A-Za-z_]\w*/g)].map(([name]) => name));
    const found = new Map<string, { value: string; place: { file: string; line: number } }>();
    for (const name of names) {
      if (!scope.has(name) && !known.has(name)) continue;
      const reference = known.get(name) ?? plainReference(name, scope, secrets);
      scope.use(name);
      if (reference !== undefined)
        found.set(name, { value: reference, place: scope.placeOf(name) });
    }
    return found;
  };
}

function plainReference(name: string, scope: HostScope, secrets: SecretValues): string | undefined {
  const value = scope.get(name);
  if (value === undefined || !isScalar(value)) return undefined;
  const text = secrets.refer(value);
  // Nothing of Jinja may be left in it: it would be filled in again.
  return /\{\{|\{%|\{#/.test(text) ? undefined : text;
}
