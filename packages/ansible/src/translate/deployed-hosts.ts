/** Which hosts the application is on, and the role that they have. */
import { quoteText } from '@fairness-deploy/environment-file';
import { validName } from '../set-up/find-environments.js';
import type { SetUp } from '../set-up/read-set-up.js';
import { isConfig, type Config } from './configuration.js';
import type { HostScope } from './host-scope.js';

/** The hosts of the plays; all of them when no play says it. */
export function deployedHosts(
  { playbooks, findings }: SetUp,
  scopes: readonly HostScope[],
): readonly HostScope[] {
  const names: string[] = [];
  let isOdd = false;
  for (const { pattern, place } of playbooks.hosts) {
    const parts = pattern.split(/[:,]/).map((one) => one.trim());
    names.push(...parts);
    if (parts.every((one) => /^[\w.-]+$/.test(one) || one === '*')) continue;
    isOdd = true;
    findings.add(
      'untranslated',
      place,
      `the pattern of hosts ${quoteText(pattern)}: all hosts are taken`,
    );
  }
  if (names.length === 0 || isOdd || names.includes('all') || names.includes('*')) return scopes;
  return scopes.filter(({ host }) =>
    names.some((one) => one === host.name || host.groups.includes(one)),
  );
}

/** Sections of an application that is not on all hosts have the role of its hosts. */
export function onRoles(
  config: Config,
  scopes: readonly HostScope[],
  targets: readonly HostScope[],
): Config {
  if (targets.length === 0 || targets.length === scopes.length) return config;
  const [first, ...others] = targets.map(({ host }) => new Set(host.groups));
  const role = [...(first ?? [])].find(
    (group) =>
      others.every((groups) => groups.has(group)) &&
      scopes.every(
        ({ host }) => !host.groups.includes(group) || targets.some((one) => one.host === host),
      ),
  );
  const name = role === undefined ? undefined : validName(role);
  if (name === undefined) {
    const [target] = targets;
    target?.findings.add(
      'untranslated',
      target.host.place,
      'no group has all hosts of the application and no others: its sections are on all hosts',
      'give its hosts a role, and the sections on: <role>',
    );
    return config;
  }
  const on = (section: string): Config => {
    const value = config[section];
    return isConfig(value) ? { [section]: { ...value, on: name } } : {};
  };
  return {
    ...config,
    ...on('release'),
    ...on('supervisor'),
    ...on('nginx'),
    ...on('certbot'),
    ...on('postgres'),
    ...on('takeover'),
  };
}
