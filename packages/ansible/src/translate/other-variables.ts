/** Variables that say different things for hosts of one environment, and those that nothing uses. */
import { quoteText } from '@fairness-deploy/environment-file';
import { Text, type Secret } from '@fairness-deploy/shell/secret';
import { hasSecret, isList, isMap, type Value } from '../value/value.js';
import type { HostScope } from './host-scope.js';
import type { SecretValues } from './secret-values.js';

/** The files say one thing for all hosts: the first host's. */
export function tellOfDifferences(targets: readonly HostScope[]): void {
  const [first, ...others] = targets;
  if (!first) return;
  for (const name of ROLE_VARIABLES) {
    const wanted = describe(first.host.variables.get(name)?.value);
    const other = others.find((one) => describe(one.host.variables.get(name)?.value) !== wanted);
    if (other)
      other.findings.add(
        'untranslated',
        other.placeOf(name),
        `the host ${quoteText(other.host.name)} has another value of ${name} than ${quoteText(first.host.name)}, whose value is taken`,
      );
  }
}

const ROLE_VARIABLES = [
  ...['workdir', 'git_repo', 'git_version', 'letsencrypt_enabled', 'letsencrypt_email', 'api_url'],
  ...['api_url_ssr', 'api_port', 'client_port', 'client_proxy_port', 'client_legacy_port'],
  ...['client_kit_port', 'nvm_node_version', 'db_host', 'db_port', 'db_name', 'db_username'],
  ...['db_password', 'file_encryption_key', 'calendar_secret', 'calendar_token'],
];

/** For comparing: values of secrets count as well, and are not kept. */
function describe(value: Value | undefined): string {
  if (value instanceof Text) return value.reveal();
  if (isMap(value)) return JSON.stringify([...value].map(([key, each]) => [key, describe(each)]));
  return isList(value) ? JSON.stringify(value.map(describe)) : String(value);
}

/** Secrets that nothing uses are kept; other variables that nothing uses are findings. */
export function carryOver(scope: HostScope, secrets: SecretValues): void {
  for (const name of scope.unused) {
    const variable = scope.host.variables.get(name);
    if (!variable) continue;
    const place = scope.placeOf(name);
    if (!hasSecret(variable.value)) {
      scope.findings.add(
        'untranslated',
        place,
        `the variable ${quoteText(name)} is not one of the old roles`,
      );
      continue;
    }
    for (const secret of secretsIn(variable.value)) secrets.add(secret);
    scope.findings.add(
      'check',
      place,
      `the secret ${quoteText(name)} is carried over, and nothing uses it`,
    );
  }
}

function secretsIn(value: Value): readonly Secret[] {
  if (value instanceof Text) return value.secrets;
  if (isMap(value)) return [...value.values()].flatMap(secretsIn);
  return isList(value) ? value.flatMap(secretsIn) : [];
}
