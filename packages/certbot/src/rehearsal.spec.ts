import { exampleEnvironment } from '@fairness-deploy/core/testing';
import { Text } from '@fairness-deploy/shell/secret';
import { expect, it } from 'vitest';
import { authorityOf } from './section/authority.js';
import { rehearsal } from './rehearsal.js';
import { sectionSchema } from './section/section.js';

const authority = {
  ...{ directory: 'https://10.1.0.9:14000/dir', rootFile: '/state/root.pem' },
  ...{ authHook: '/state/auth.sh', cleanupHook: '/state/cleanup.sh' },
  hookVariables: { TOKEN: Text.of('of the stage') },
};
const stage = { hosts: [], certificate: { certificateFile: '', keyFile: '' }, authority };

it('rehearsal asks the CA of the stage alone', () => {
  const written = {
    ...{ email: 'ops@shop.test', publicAddresses: ['203.0.113.1'] },
    dns: { authHook: 'auth.sh', env: { TOKEN: 'x' } },
    certificates: { mail: { domains: ['mail.test'] } },
  };
  const section = sectionSchema.parse(written);
  const changed = rehearsal.section?.({ section, environment: exampleEnvironment(), stage });
  expect(changed).toEqual({
    ...section,
    ...{ server: authority.directory, caCertificate: authority.rootFile, dryRunServer: 'none' },
    publicAddresses: [],
    dns: {
      authHook: '/state/auth.sh',
      cleanupHook: '/state/cleanup.sh',
      env: authority.hookVariables,
    },
  });
  expect(authorityOf(changed ?? section)).toEqual({
    ...{ server: authority.directory, isLetsEncrypt: false },
  });
  expect(rehearsal.domains?.(section)).toEqual(['mail.test']);
  expect(rehearsal.leavesOut?.(section)).toHaveLength(3);
});
