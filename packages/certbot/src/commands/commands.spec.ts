import { exampleApplication, exampleEnvironment } from '@fairness-deploy/core/testing';
import { exampleCommandContext, exampleContext } from '@fairness-deploy/core/testing';
import type { CommandStep } from '@fairness-deploy/core/commands';
import { fakeTransport, saying } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { issueCommand, renewCommand, revokeCommand } from './commands.js';
import { sectionSchema } from '../section/section.js';

const section = sectionSchema.parse({
  email: 'none',
  certificates: { mail: { domains: ['mail.test'] } },
});
const sites = { shop: { domains: ['shop.test'], tls: { port: 443 } } };
const environment = exampleEnvironment({
  application: exampleApplication({ processes: [] }),
  sections: { nginx: { sites }, certbot: section },
});

/** The names of the steps of a command's job, and what it says. */
async function stepsOf(
  command: { run(context: never): Promise<unknown> },
  options: object,
  outcome: 'changed' | 'failed' = 'changed',
) {
  const steps: CommandStep[] = [];
  const said: string[] = [];
  const connection = await fakeTransport(() => '').connect({
    ...{ name: 'web', address: 'web', sudo: false, knownHostsFile: '/dev/null' },
  });
  const context = {
    ...exampleCommandContext(exampleContext(section, environment), { options, connection }),
    say: (text: string) => said.push(text),
    job: (all: readonly CommandStep[]) => {
      steps.push(...all);
      return Promise.resolve({ outcome, summary: '' });
    },
  };
  await command.run(context as never);
  return { steps, names: steps.map(({ name }) => name), said };
}

describe('the commands of certbot', () => {
  it.each([issueCommand, renewCommand, revokeCommand])(
    '$name refuses an unknown name',
    (command) => {
      expect(() => command.validate?.({ name: 'shop' }, environment)).toThrow(
        saying(
          'Cannot use the certificate "shop": test has none of this name\n  → these are there: shop.test, mail',
        ),
      );
      expect(() => command.validate?.({ name: 'mail' }, environment)).not.toThrow();
    },
  );

  it('issue all certificates, or one', async () => {
    expect((await stepsOf(issueCommand, {})).names).toEqual(['issue shop.test', 'issue mail']);
    const { names, steps } = await stepsOf(issueCommand, { name: 'mail', force: true });
    expect(names).toEqual(['issue mail']);
    expect(steps[0]?.run.reveal()).toContain('"force":true');
  });

  it('renew, or try a renewal in a dry run', async () => {
    const name = 'shop.test';
    expect((await stepsOf(renewCommand, { name })).names).toEqual(['renew shop.test']);
    const { names, steps } = await stepsOf(renewCommand, { name, dryRun: true });
    expect(names).toEqual(['dry run of shop.test']);
    expect(steps[0]?.run.reveal()).toMatch(/renew dry-run$/);
    expect(() => renewCommand.validate?.({ force: true, dryRun: true }, environment)).toThrow(
      'Cannot renew the certificates of test: --force and --dry-run contradict each other',
    );
  });

  it('revoke only behind a placeholder, and ask before', async () => {
    expect(revokeCommand.question?.({}, environment)).toMatch(
      /HSTS do not open them\. Revoke all certificates of test, for good$/,
    );
    const { names, steps, said } = await stepsOf(revokeCommand, { name: 'shop.test' });
    expect(names).toEqual(['placeholder for shop.test', 'revoke shop.test']);
    expect(steps[0]?.undo?.reveal()).toContain('/etc/letsencrypt/live/shop.test');
    expect(said[0]).toContain('The next deployment issues new certificates');
    expect((await stepsOf(revokeCommand, {}, 'failed')).said).toEqual([]);
  });
});
