import { exampleContext, exampleEnvironment } from '@fairness-deploy/core/testing';
import { checkShell } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import type { Section } from '../section/section.js';
import { needSendmail } from './need-sendmail.js';

const section: Section = { notify: [{ mail: 'ops@example.org' }], schedule: '*:0/5', after: 2 };
const on = (sections: object) =>
  needSendmail(exampleContext(section, exampleEnvironment({ sections: { ...sections } })));

it('refuses mails for a host without sendmail, unless a mailer comes with the environment', async () => {
  expect(on({}).plan('there\n')).toBeUndefined();
  expect(on({ server: { packages: ['htop', 'msmtp-mta'] } }).plan('')).toBeUndefined();
  expect(() => on({ server: { packages: ['htop'] } }).plan('')).toThrow(
    'Cannot send alerts by mail: the host has no /usr/sbin/sendmail',
  );
  await checkShell(on({}).read);
});
