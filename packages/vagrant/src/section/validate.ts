import type { Environment, Host, PluginIssue } from '@fairness-deploy/core';
import { isMachineName, machineOf, type VagrantSection } from './section.js';

/** What the schema can't check: the hosts have what Vagrant decides, or a name that it can't have. */
export function validate(
  section: VagrantSection,
  { hosts, sections }: Pick<Environment, 'hosts' | 'sections'>,
): readonly PluginIssue[] {
  const names = hosts.map(({ name }) => name);
  return [
    ...('sandbox' in sections
      ? [
          {
            path: [],
            message: 'the environment has the section "sandbox" too: a host is in one of the two',
            hint: 'remove one of the sections',
          },
        ]
      : []),
    ...Object.keys(section.machines)
      .filter((name) => !names.includes(name))
      .map((name) => ({
        path: ['machines', name],
        message: `there is no host "${name}"`,
        hint: `the hosts are ${names.join(', ')}`,
      })),
    ...hosts.flatMap((host) => [...unusedSettings(host), ...badName(section, host)]),
  ];
}

/** Vagrant says how to reach a VM. */
function unusedSettings(host: Host): readonly PluginIssue[] {
  const set = (['user', 'port', 'identityFile'] as const).filter((key) => host[key] !== undefined);
  return [...(host.address === host.name ? [] : (['address'] as const)), ...set].map((key) => ({
    ...{ within: 'hosts', path: [host.name, key] },
    message: 'it has no effect on a VM of Vagrant',
    hint: `remove "${key}": vagrant ssh-config has it`,
  }));
}

function badName(section: VagrantSection, { name }: Host): readonly PluginIssue[] {
  return isMachineName(machineOf(section, name))
    ? []
    : [
        {
          ...{ within: 'hosts', path: [name] },
          message: `no machine of Vagrant can have the name "${name}"`,
          hint: `give it another one: machines: { ${name}: web }`,
        },
      ];
}
