import type { Issue } from '@fairness-deploy/environment-file';
import { firewallRules } from './firewall-schema.js';
import type { Server } from './server-schema.js';

/** A firewall without a way for ssh would keep everybody out. */
export function firewallIssues({ firewall }: Server): readonly Issue[] {
  if (!firewall) return [];
  if (firewallRules(firewall).some(({ ports }) => ports === 'ssh')) return [];
  return [
    {
      path: ['firewall', 'allow'],
      message: 'nothing lets ssh in, by which this host is reached',
      hint: 'add ssh, or for a network alone { port: ssh, from: 203.0.113.0/24 }; ssh is the port of sshd, whichever that is',
    },
  ];
}
