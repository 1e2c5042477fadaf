import { expect, it } from 'vitest';
import { exampleEnvironment } from '../testing/example.js';
import { rehearsal } from './rehearsal.js';
import { serverSchema } from './server-schema.js';

const stage = {
  hosts: [{ name: 'web', user: 'debian', address: '10.1.0.2', publicKey: 'ssh-ed25519 S' }],
  certificate: { certificateFile: '', keyFile: '' },
  authority: { directory: '', rootFile: '', authHook: '', cleanupHook: '', hookVariables: {} },
};

it('rehearsal lets this client and the hosts of the stage through the firewall', () => {
  const section = serverSchema.parse({
    firewall: {
      allow: [{ port: 'ssh', from: '203.0.113.0/24' }, 'https', { port: 5432, from: '10.0.0.5' }],
    },
  });
  expect(rehearsal.leavesOut?.(section)).toEqual([
    'the networks from which server.firewall lets ssh in',
  ]);
  expect(rehearsal.leavesOut?.(serverSchema.parse({ firewall: { allow: ['ssh'] } }))).toEqual([]);
  const changed = rehearsal.section?.({ section, environment: exampleEnvironment(), stage });
  expect(changed?.firewall?.allow).toEqual([
    { port: 'ssh', protocol: 'tcp', from: ['203.0.113.0/24', '10.1.0.2'] },
    'https',
    { port: 5432, protocol: 'tcp', from: ['10.0.0.5', '10.1.0.2'] },
    'ssh',
  ]);
});

it('rehearsal lets the login keep the key of the stage', () => {
  const section = serverSchema.parse({
    users: {
      debian: { authorizedKeys: ['ssh-ed25519 A ana'] },
      ana: { authorizedKeys: ['ssh-ed25519 A ana'] },
      old: 'absent',
    },
  });
  const changed = rehearsal.section?.({ section, environment: exampleEnvironment(), stage });
  expect(changed?.users).toEqual({
    debian: { authorizedKeys: ['ssh-ed25519 A ana', 'ssh-ed25519 S'] },
    ana: { authorizedKeys: ['ssh-ed25519 A ana'] },
    old: 'absent',
  });
});
