import type { PluginContext } from '@fairness-deploy/core';
import type { Resource } from '@fairness-deploy/core/resources';
import { sh } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';
import { SENDMAIL } from '../program/mail.js';
import type { Section } from '../section/section.js';

/** Packages of Debian that bring sendmail: those that provide mail-transport-agent. */
const MAILERS = [
  ...['courier-mta', 'dma', 'esmtp-run', 'exim4', 'exim4-daemon-heavy', 'exim4-daemon-light'],
  ...['msmtp-mta', 'nullmailer', 'opensmtpd', 'postfix', 'sendmail-bin', 'ssmtp'],
];

/** Refuses to plan alerts by mail for a host that has no sendmail, and gets none. */
export function needSendmail({ environment }: PluginContext<Section>): Resource {
  const address = 'sendmail:alerts';
  const server = environment.sections['server'] as
    { readonly packages?: readonly string[] } | undefined;
  const comes = server?.packages?.some((name) => MAILERS.includes(name)) === true;
  return {
    ...{ address, after: [], follows: [] },
    read: sh`[ ! -x ${SENDMAIL} ] || echo there`,
    plan(output) {
      if (comes || output.trim() === 'there') return undefined;
      throw new HintedError(`Cannot send alerts by mail: the host has no ${SENDMAIL}`, {
        hint: 'install a mailer: server: { packages: [msmtp-mta] }, and its settings; or use notify: { url: … }',
      });
    },
    equals: (other) => other.address === address,
  };
}
