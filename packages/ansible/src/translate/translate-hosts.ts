/** The hosts of an environment: addresses, logins, roles. */
import { quoteText } from '@fairness-deploy/environment-file';
import { validName } from '../set-up/find-environments.js';
import type { SetUpEnvironment } from '../set-up/read-set-up.js';
import type { Config } from './configuration.js';
import type { HostScope } from './host-scope.js';
import type { SecretValues } from './secret-values.js';
import { isAddress, translateHost } from './translate-host.js';

/**
 * Describes the hosts. One that is alone in its group has the group's name, such as web; else each has the
 * inventory's name. Roles are written when not all hosts have the same groups.
 */
export function translateHosts(
  environment: SetUpEnvironment,
  scopes: readonly HostScope[],
  secrets: SecretValues,
): Config {
  const roles = new Set(scopes.map(({ host }) => JSON.stringify(host.groups)));
  const [only] = scopes;
  const [group] = only?.host.groups ?? [];
  const name = scopes.length === 1 && group !== undefined ? validName(group) : undefined;
  const entries = new Map<string, Config>();
  for (const scope of scopes) {
    const config = translateHost(environment, scope, secrets, roles.size > 1);
    if (config === undefined) continue;
    const { host, findings } = scope;
    const wanted = name ?? (isAddress(host.name) ? host.name : (validName(host.name) ?? 'host'));
    let free = wanted;
    for (let at = 2; entries.has(free); at += 1) free = `${wanted}-${String(at)}`;
    if (name === undefined && free !== host.name) {
      findings.add('check', host.place, `the host ${quoteText(host.name)} has the name ${free}`);
    }
    entries.set(free, config);
  }
  return Object.fromEntries(entries);
}
