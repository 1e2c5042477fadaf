import type { Environment } from '@fairness-deploy/core';
import type { Resource } from '@fairness-deploy/core/resources';
import { type Script } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { exampleContext, exampleProcess } from '@fairness-deploy/core/testing';
import { Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { exampleRelease, releaseFilesOf, releaseStepsOf } from '@fairness-deploy/release/testing';
import { plugin } from './supervisor-plugin.js';
import { sectionSchema } from './section.js';
import { application, bare, environment } from './testing/environment.js';

const context = (section: unknown = {}, of = environment) =>
  exampleContext(sectionSchema.parse(section), of);
const resources = (of = environment): readonly Resource[] =>
  plugin.resources?.(context({}, of)) ?? [];

/** One of each kind of program, with all that can be said of it. */
const all = {
  ...application,
  processes: [
    ...application.processes,
    exampleProcess({
      ...{ name: 'web', port: 3002, instances: 2, stopSignal: 'QUIT', stopSeconds: 60 },
      logs: { streams: 'apart', size: '1GB', files: 2 },
    }),
    exampleProcess({ name: 'jobs', memoryLimit: '512MB' }),
    exampleProcess({ name: 'mails', overlap: true }),
  ],
} as const;

const release = exampleRelease(application);
const steps = releaseStepsOf(plugin, context(), release);
const workers = exampleRelease(all);
const hostile = releaseStepsOf(plugin, context(), {
  ...workers,
  path: `${release.path}/apps/it's a $(touch x) *[`,
});

/** What the release has. */
const file = (name: string, own: typeof application, section: object = {}): string =>
  releaseFilesOf(
    plugin,
    context(section, { ...environment, application: own }),
    exampleRelease(own),
  )[name] ?? '';

describe('Supervisor', () => {
  it('is set up in this order', () => {
    expect(resources().map(({ address }) => address)).toEqual([
      'apt:packages',
      'directory:/var/log/shop',
      'supervisor-configuration:shop',
      'directory:/etc/systemd/system/supervisor.service.d',
      'unit-drop-in:supervisor',
      'service:supervisor',
      'supervisor-processes:shop',
    ]);
  });

  it('gets this configuration with a release', async () => {
    await expect(file('supervisor-green.conf', all)).toMatchFileSnapshot('golden/green.conf');
  });

  it('has nothing in what it provisions of what a release is started with', () => {
    const [api, ...others] = application.processes;
    if (!api) throw new Error('no process');
    const changed: Environment = {
      ...environment,
      application: {
        ...application,
        node: { version: '22.0.0', mirror: 'https://nodejs.org/dist' },
        env: { NEW: Text.of('x') },
        processes: [
          { ...api, name: 'other', command: ['other'], port: 1, alternatePort: 2, env: {} },
          ...others,
        ],
      },
    };
    const rendered = (of: Environment) =>
      resources(of).map((resource) => [
        ...[resource.address, resource.read.reveal()],
        resource.address.startsWith('supervisor-')
          ? resource.plan('blue differs\ngreen leftover\napi FATAL\n')?.apply.reveal()
          : resource.plan('')?.apply.reveal(),
      ]);
    expect(rendered(changed)).toEqual(rendered(environment));
  });

  it("takes the project's own template", () => {
    const section = { template: 'own-programs.conf.ejs' };
    expect(file('supervisor-blue.conf', application, section)).toBe(
      `[group:shop-blue]
programs=shop-blue.api,shop-blue.client
[program:shop-blue.api]
process_name=api
command=/usr/bin/ionice -c 3 /bin/sh /srv/shop/shared/env/20261123-101502-3f2a1bc.api blue
user=shop
[program:shop-blue.client]
process_name=client
command=/usr/bin/ionice -c 3 /bin/sh /srv/shop/shared/env/20261123-101502-3f2a1bc.client blue
user=shop
`,
    );
  });

  it('repairs the configuration of the live release, and removes one of no release', () => {
    const resource = resources().find(({ address }) => address === 'supervisor-configuration:shop');
    expect(resource?.plan('')).toBeUndefined();
    expect(resource?.plan('red differs\nblue x\n')).toBeUndefined();
    expect(resource?.plan('blue differs\ngreen leftover\n')?.differences).toEqual([
      {
        ...{ kind: 'value', field: '/etc/supervisor/conf.d/shop-blue.conf' },
        ...{ from: 'differs from the file of the live release', to: 'as it was' },
      },
      {
        ...{ kind: 'value', field: '/etc/supervisor/conf.d/shop-green.conf' },
        ...{ from: 'left over: this colour has no release', to: undefined },
      },
    ]);
  });

  it('takes these steps for a release', () => {
    const phases = (all: typeof steps) =>
      all.map(({ phase, name, undo }) => [phase, name, Boolean(undo)]);
    const own = [
      ['start', 'start', true],
      ['stop', 'stop', true],
    ];
    const withWorkers = [own[0], ['handover', 'hand over workers', true], own[1]];
    expect(phases(steps)).toEqual(own);
    expect(phases(hostile)).toEqual(withWorkers);
    // Those of the previous release have to end.
    expect(phases(releaseStepsOf(plugin, context(), release, workers.programs))).toEqual(
      withWorkers,
    );
  });

  it('renders scripts that a POSIX shell takes', async () => {
    const scripts: readonly (Script | undefined)[] = [
      ...resources().flatMap((resource) => [
        resource.read,
        resource.address.startsWith('supervisor-')
          ? resource.plan('blue differs\ngreen leftover\napi FATAL\n')?.apply
          : undefined,
      ]),
      ...[...steps, ...hostile].flatMap(({ run, undo }) => [run, undo]),
      ...(plugin.checks?.(context()) ?? []).map(({ read }) => read),
    ];
    for (const script of scripts) if (script) await checkShell(script);
  });

  it('refuses to run without an application, and a template that is not there', () => {
    expect(plugin.validate?.(sectionSchema.parse({}), bare, [])).toMatchObject([{ path: [] }]);
    expect(
      plugin.validate?.(sectionSchema.parse({ template: 'none' }), environment, []),
    ).toMatchObject([{ path: ['template'] }]);
  });
});
