import { exampleEnvironment } from '@fairness-deploy/core/testing';
import { expect, it } from 'vitest';
import { rehearsal } from './rehearsal.js';
import { sectionSchema } from './section/section.js';

it('rehearsal has the certificate of the stage where the team brings its own', () => {
  const section = sectionSchema.parse({
    sites: {
      own: { domains: ['own.test'], tls: { certificate: 'own.pem', key: 'own.key' } },
      issued: { domains: ['issued.test'], tls: true },
    },
  });
  const stage = {
    ...{ hosts: [], certificate: { certificateFile: '/stage.pem', keyFile: '/stage.key' } },
    authority: { directory: '', rootFile: '', authHook: '', cleanupHook: '', hookVariables: {} },
  };
  const changed = rehearsal.section?.({ section, environment: exampleEnvironment(), stage });
  const { certificate, key } = changed?.sites?.['own']?.tls ?? {};
  expect([certificate?.reveal(), key?.reveal()]).toEqual(['/stage.pem', '/stage.key']);
  expect(changed?.sites?.['issued']).toEqual(section.sites?.['issued']);
  expect(rehearsal.leavesOut?.(section)).toHaveLength(1);
});
