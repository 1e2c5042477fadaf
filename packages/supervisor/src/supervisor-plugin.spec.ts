import type { Environment } from '@fairness-deploy/core';
import type { Resource } from '@fairness-deploy/core/resources';
import { type Script, sh } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { exampleContext, newContent } from '@fairness-deploy/core/testing';
import { Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { exampleRelease, releaseStepsOf } from '@fairness-deploy/release/testing';
import { plugin } from './supervisor-plugin.js';
import { sectionSchema } from './section.js';
import { supervisorProgram } from './supervisor-program.js';
import { application, bare, environment } from './testing/environment.js';

const context = (section: unknown = {}) =>
  exampleContext(sectionSchema.parse(section), environment);
const resources = (section?: unknown): readonly Resource[] =>
  plugin.resources?.(context(section)) ?? [];

const release = exampleRelease(application);
const steps = releaseStepsOf(plugin, context(), release);
const hostile = releaseStepsOf(plugin, context(), {
  ...release,
  path: `${release.path}/apps/it's a $(touch x) *[`,
});

const written = (address: string, section?: unknown): string =>
  newContent(resources(section), address);

describe('Supervisor', () => {
  it('is set up in this order', () => {
    expect(resources().map(({ address }) => address)).toEqual([
      'apt:packages',
      'directory:/var/log/shop',
      'directory:/usr/local/lib/shop',
      'supervisor-programs:shop',
      'file:/usr/local/lib/shop/api',
      'supervisor-program:shop-api',
      'file:/usr/local/lib/shop/client',
      'supervisor-program:shop-client',
      'directory:/etc/systemd/system/supervisor.service.d',
      'unit-drop-in:supervisor',
      'service:supervisor',
      'supervisor-processes:shop',
    ]);
  });

  it('is configured so', async () => {
    await expect(written('supervisor-program:shop-api')).toMatchFileSnapshot(
      'golden/shop-api.conf',
    );
    await expect(written('file:/usr/local/lib/shop/api')).toMatchFileSnapshot('golden/shop-api.sh');
  });

  it('has nothing in what it provisions of what a release is started with', () => {
    const [api, ...others] = environment.application?.processes ?? [];
    if (!environment.application || !api) throw new Error('no process');
    const changed: Environment = {
      ...environment,
      application: {
        ...environment.application,
        node: { version: '22.0.0', mirror: 'https://nodejs.org/dist' },
        env: { NEW: Text.of('x') },
        processes: [{ ...api, command: ['other'], port: 1, alternatePort: 2, env: {} }, ...others],
      },
    };
    const rendered = (of: Environment) =>
      plugin
        .resources?.({ ...context(), environment: of })
        .map((resource) => [resource.address, resource.plan('')?.apply.reveal()]);
    expect(rendered(changed)).toEqual(rendered(environment));
  });

  it("takes the project's own template", () => {
    expect(written('supervisor-program:shop-api', { template: 'own-program.conf.ejs' })).toBe(
      `[group:shop-api]
programs=shop-api-blue,shop-api-green
[program:shop-api-blue]
process_name=blue
command=/usr/bin/nice /usr/local/lib/shop/api blue
user=shop
[program:shop-api-green]
process_name=green
command=/usr/bin/nice /usr/local/lib/shop/api green
user=shop
`,
    );
  });

  it('tells before that a changed program is restarted', () => {
    const resource = resources().find(({ address }) => address === 'supervisor-program:shop-api');
    const change = resource?.plan('pending\n81a4:0:root:0:root:1\n' + '0'.repeat(64) + '\n');
    expect(change).toMatchObject({ action: 'update' });
    expect(change?.differences.at(-1)).toEqual({
      kind: 'value',
      field: 'processes',
      from: 'run',
      to: 'restarted, those with traffic too',
    });
  });

  it('removes programs of processes that are gone, as a program is removed', async () => {
    const stale = resources().find(({ address }) => address === 'supervisor-programs:shop');
    expect(stale?.plan('api\nclient\n')).toBeUndefined();
    const change = stale?.plan('api\nworker\n$(id)\n');
    expect(change?.differences.map(({ field }) => field)).toEqual(['worker']);
    const removal = supervisorProgram({ name: 'shop-worker' }, { ensure: 'absent' });
    const apply = change?.apply ?? sh``;
    expect(String(apply)).toContain(String(removal.plan('pending\n')?.apply));
    await checkShell(apply);
  });

  it('takes these steps for a release', () => {
    expect(steps.map(({ phase, name, undo }) => [phase, name, Boolean(undo)])).toEqual([
      ['start', 'start', true],
      ['stop', 'stop', true],
    ]);
  });

  it('renders scripts that a POSIX shell takes', async () => {
    const scripts: readonly (Script | undefined)[] = [
      ...resources().flatMap((resource) => [
        resource.read,
        resource.address.startsWith('supervisor-program:') ? resource.plan('')?.apply : undefined,
      ]),
      ...[...steps, ...hostile].flatMap(({ run, undo }) => [run, undo]),
      ...(plugin.checks?.(context()) ?? []).map(({ read }) => read),
    ];
    for (const script of scripts) if (script) await checkShell(script);
  });

  it('refuses to run without an application, and a template that is not there', () => {
    expect(plugin.validate?.(sectionSchema.parse({}), bare)).toMatchObject([{ path: [] }]);
    expect(plugin.validate?.(sectionSchema.parse({ template: 'none' }), environment)).toMatchObject(
      [{ path: ['template'] }],
    );
  });
});
