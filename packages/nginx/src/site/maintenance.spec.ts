import { exampleCommandContext, exampleContext } from '@fairness-deploy/core/testing';
import { checkShell, fakeTransport } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from '../nginx-plugin.js';
import { maintenanceCommand, type MaintenanceOptions } from './maintenance-command.js';
import { maintenancePage, readMaintenance, switchOff, switchOn } from './maintenance.js';
import { sectionSchema, sitesOf } from '../section/section.js';
import { application, environment, host } from '../testing/environment.js';

const section = sectionSchema.parse({ sites: { a: {}, b: { domains: ['*.b.test'], listen: 81 } } });

/** How the command ends on a host that prints this. */
async function ends(options: MaintenanceOptions, printed: string) {
  const transport = fakeTransport(() => printed);
  const target = { ...host, knownHostsFile: '/dev/null' };
  const connection = await transport.connect(target);
  const context = exampleContext(section, environment);
  const end = await maintenanceCommand.run(exampleCommandContext(context, { options, connection }));
  expect(transport.runs).toHaveLength(1);
  return end;
}

describe('maintenance', () => {
  it.each([
    [{ on: true }, '\n', 'changed', 'the maintenance page is on'],
    [{ on: true }, 'T, by A\n', 'unchanged', 'the maintenance page is on since T, by A'],
    [{ off: true }, 'T, by A\n', 'changed', 'the maintenance page is off; it was on since T, by A'],
    [{ off: true }, '\n', 'unchanged', 'the maintenance page is off already'],
    [{}, 'T, by A\n', 'unchanged', 'the maintenance page is on since T, by A'],
    [{}, '\n', 'unchanged', 'the maintenance page is off'],
  ])('%j on a host that says %j', async (options, printed, outcome, summary) => {
    expect(await ends(options, printed)).toEqual({ outcome, summary });
  });

  it('is switched without secrets, too', () => {
    expect(maintenanceCommand.withoutSecrets).toBe(true);
  });

  it('refuses both at once', () => {
    expect(() => maintenanceCommand.validate?.({ on: true, off: true }, environment)).toThrow(
      'Cannot switch the maintenance page of test: --on and --off contradict each other',
    );
  });

  it('is scripts without fault', async () => {
    await checkShell(readMaintenance(application));
    await checkShell(switchOn(application, sitesOf(application, section), "it's $HOME"));
    await checkShell(switchOff(application));
  });

  it('refuses a page that is not there, or is a folder', () => {
    const sites = { shop: { maintenancePage: '.' } };
    const parsed = sectionSchema.parse({ maintenancePage: 'none.html', sites });
    expect(plugin.validate?.(parsed, environment, [])).toMatchObject([
      { path: ['maintenancePage'] },
      { path: ['sites', 'shop', 'maintenancePage'] },
    ]);
  });

  it('has a page that asks nothing of any other server', () => {
    const page = maintenancePage(undefined, __dirname);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/https?:|src=|href=|@import|url\(/);
  });
});

it('maintenancePage() reads no page that never ends', () => {
  expect(() => maintenancePage('/dev/zero', '/')).toThrow(
    'Cannot read /dev/zero: it is not an ordinary file',
  );
});
