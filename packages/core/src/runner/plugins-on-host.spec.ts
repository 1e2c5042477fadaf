import { EnvironmentError } from '@fairness-deploy/environment-file';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadEnvironment } from '../environment/load-environment.js';
import { definePlugin } from '../plugin/plugin.js';
import { directory } from '../resources/directory.js';
import { contextOf } from './plugins-on-host.js';
import { wantedOf } from './wanted.js';

let workspace: TemporaryWorkspace;
afterEach(() => {
  workspace.dispose();
});

/** Wants a folder on each of its hosts, with a further one for each process there. */
const plugin = (section: string) =>
  definePlugin<{ readonly size: number }>({
    section,
    schema: z.strictObject({ size: z.int().default(1) }),
    resources: ({ environment }) => [
      directory({ path: `/srv/${section}` }),
      ...(environment.application?.processes ?? []).map(({ name }) =>
        directory({ path: `/srv/${section}/${name}` }),
      ),
    ],
  });

const load = (text: string) => {
  workspace = temporaryWorkspace({ 'environments/test/environment.yaml': text });
  return loadEnvironment(
    { workspace: workspace.folder, name: 'test' },
    { plugins: [plugin('front'), plugin('all')] },
  );
};

const ENVIRONMENT = `hosts:
  one: { roles: [web] }
  two: { roles: [work, more] }
application:
  name: shop
  node: 20.20.2
  processes:
    api: { command: node x, port: 3000, on: web }
    mail: { command: node x, port: 3001, on: [work] }
    both: { command: node x, port: 3002 }
`;

describe('roles', () => {
  it('say on which hosts a section and a process are', async () => {
    const run = await load(`${ENVIRONMENT}front: { on: web, size: 2 }\nall:\n`);
    const { hosts } = run.environment;
    const wanted = [...wantedOf({ ...run, hosts })].map(([host, resources]) => [
      host,
      resources.map(({ address }) => address.replace('directory:/srv/', '')),
    ]);
    expect(Object.fromEntries(wanted)).toEqual({
      one: ['owned:test', 'front', 'front/api', 'front/both', 'all', 'all/api', 'all/both'],
      two: ['owned:test', 'all', 'all/mail', 'all/both'],
    });
    const [one, two] = hosts;
    if (!one || !two) throw new Error('no hosts');
    expect(contextOf(run, { section: 'front' }, one).section).toEqual({ size: 2 });
    const context = contextOf(run, { section: 'all' }, two);
    expect(Object.keys(context.environment.sections)).toEqual(['all']);
    expect(context.plugins.map(({ section }) => section)).toEqual(['all']);
  });

  it.each([
    [
      'that no host has',
      'front: { on: wbe }',
      'front.on: no host has the role "wbe"\n  → give it to a host: roles: [wbe]',
    ],
    ['that are none', 'front: { on: 7 }', 'front.on: expected a role, or a list of roles, got 7'],
  ])('%s are an error', async (_, line, message) => {
    const error = await load(`${ENVIRONMENT}${line}\n`).catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(String(error)).toContain(message);
  });

  it('of a process that no host has are an error', async () => {
    await expect(load(ENVIRONMENT.replace('on: web', 'on: db'))).rejects.toThrow(
      'application.processes.api.on: no host has the role "db"\n  → give it to a host: roles: [db]',
    );
  });
});
