import { expect, it } from 'vitest';
import { exampleEnvironment } from '../testing/example.js';
import { rehearsal } from './rehearsal.js';
import { serverSchema } from './server-schema.js';

it('rehearsal lets the login keep the key of the stage', () => {
  const section = serverSchema.parse({
    users: {
      debian: { authorizedKeys: ['ssh-ed25519 A ana'] },
      ana: { authorizedKeys: ['ssh-ed25519 A ana'] },
      old: 'absent',
    },
  });
  const stage = {
    hosts: [{ name: 'web', user: 'debian', address: '10.1.0.2', publicKey: 'ssh-ed25519 S' }],
    certificate: { certificateFile: '', keyFile: '' },
    authority: { directory: '', rootFile: '', authHook: '', cleanupHook: '', hookVariables: {} },
  };
  const changed = rehearsal.section?.({ section, environment: exampleEnvironment(), stage });
  expect(changed?.users).toEqual({
    debian: { authorizedKeys: ['ssh-ed25519 A ana', 'ssh-ed25519 S'] },
    ana: { authorizedKeys: ['ssh-ed25519 A ana'] },
    old: 'absent',
  });
});
