import { checkShell } from '@fairness-deploy/shell/testing';
import { exampleHost } from '@fairness-deploy/core/testing';
import { describe, expect, it } from 'vitest';
import { contextFor } from '../testing/provisioned.js';
import { plugin } from '../postgres-plugin.js';

const resources = (section: object, more?: Parameters<typeof contextFor>[1]) =>
  plugin.resources?.(contextFor({ ...section }, more)) ?? [];
const addresses = (section: object) => resources(section).map(({ address }) => address);

const whole = {
  server: {
    listen: ['127.0.0.1', '10.0.0.5'],
    clients: ['10.0.0.0/24'],
    extensions: ['pgcrypto'],
    settings: { log_min_duration_statement: '500ms' },
  },
};

describe('the resources of the server', () => {
  it('come in the order in which they are needed', () => {
    const all = resources(whole);
    const at = (address: string): number => all.findIndex((one) => one.address === address);
    expect(at('apt:packages')).toBeLessThan(at('postgres-cluster:5432'));
    expect(all[at('postgres-settings:5432')]?.after).toContain('postgres-cluster:5432');
    expect(all[at('postgres-role:shop')]?.after).toContain('postgres-cluster:5432');
    expect(all[at('postgres-database:shop')]?.after).toContain('postgres-role:shop');
    expect(all[at('postgres-access:shop')]?.after).toContain('postgres-role:shop');
  });

  it('are those of clients alone with the other modes', () => {
    const managed = { mode: 'managed', version: 16 };
    expect(addresses(managed)).toContain('apt:packages');
    expect(addresses(managed)).toContain('postgres-repository:pgdg');
    expect(addresses(managed).join(' ')).not.toMatch(/postgres-(?:cluster|role|database)/);
    expect(addresses({ mode: 'tunnel' })).not.toContain('postgres-repository:pgdg');
  });

  it('show no password, no verifier and no secret name', () => {
    const plans = resources(whole, { password: 'hunter2' }).map((one) =>
      JSON.stringify([one.plan(''), String(one.read), String(one.plan('')?.apply)]),
    );
    expect(plans.join('\n')).not.toMatch(/hunter2|SCRAM-SHA-256\$/);
  });

  it('are equal to those of another time: a plan is the same', () => {
    const [one, other] = [resources(whole), resources(whole)];
    for (const [at, resource] of one.entries()) {
      const same = other[at];
      expect([resource.address, same && resource.equals(same)]).toEqual([resource.address, true]);
    }
  });

  it('are on one of several hosts only', () => {
    const section = { host: '10.0.0.5', server: { ...whole.server, runsOn: 'db1' } };
    const context = contextFor(section);
    const environment = {
      ...context.environment,
      hosts: [exampleHost, { ...exampleHost, name: 'db1', address: '10.0.0.5' }],
    };
    const on = (name: string) =>
      (plugin.resources?.({ ...context, environment, host: { ...exampleHost, name } }) ?? []).map(
        ({ address }) => address,
      );
    expect(on('db1')).toContain('postgres-cluster:5432');
    expect(on('web')).not.toContain('postgres-cluster:5432');
  });

  it('reckon with the memory that the settings of the cluster are for', () => {
    const settings = resources({}).find(({ address }) => address === 'postgres-settings:5432');
    const read = settings?.read.reveal() ?? '';
    expect(read.indexOf('MemTotal')).toBeGreaterThan(read.indexOf('fd_find_cluster'));
    const planned = (fact: string) =>
      JSON.stringify(settings?.plan(`${fact}\nyes\n{}\n`)?.differences);
    expect(planned('2097152 ')).toContain('For 2048 MB of memory');
    expect(planned('2090000 # For 2048 MB of memory.')).toContain('For 2048 MB of memory');
    expect(planned('4194304 # For 2048 MB of memory.')).toContain('For 4096 MB of memory');
  });

  it('wait for the network at boot only where the server listens on it', () => {
    const path = '/etc/systemd/system/postgresql@.service.d/fairness-deploy-shop.conf';
    const wanted = (section: object) =>
      resources(section)
        .find(({ address }) => address === `file:${path}`)
        ?.plan('')?.action;
    expect(wanted(whole)).toBe('create');
    // It is to be absent, and it is.
    expect(addresses({ server: {} })).toContain(`file:${path}`);
    expect(wanted({ server: {} })).toBeUndefined();
  });

  it('have all that others may read below one folder, which the environment owns', () => {
    const context = contextFor(whole);
    const owned = plugin.owns?.(context).map(({ name }) => name) ?? [];
    expect(owned).toContain('/etc/fairness-deploy/shop/postgres');
    expect(addresses(whole).filter((one) => one.includes('/etc/fairness-deploy/'))).toEqual([
      'file:/etc/fairness-deploy/shop/postgres/ca.pem',
    ]);
    expect(addresses(whole)).toContain('postgres-certificates:shop');
  });

  it('claim the certificate for one application: the server has one, in its folder', () => {
    const server = { certificate: 'db.pem', key: 'db.key' };
    const claimed = (application: string, section: object) =>
      plugin
        .claims?.(contextFor({ ...section }, { application }))
        .find(({ what }) => what.startsWith('the settings'))?.is;
    expect(claimed('shop', { server })).not.toBe(claimed('blog', { server }));
    expect(claimed('shop', {})).toBe(claimed('blog', {}));
  });

  it('have scripts without fault', async () => {
    const all = resources({ ...whole, version: 16 }).filter(({ address }) =>
      address.startsWith('postgres-'),
    );
    for (const resource of all) {
      await checkShell(resource.read);
      const change = resource.plan('');
      if (change) await checkShell(change.apply);
    }
    for (const log of plugin.logs?.(contextFor(whole)) ?? []) {
      if ('files' in log) await checkShell(log.files);
    }
    for (const { read } of plugin.checks?.(contextFor(whole)) ?? []) await checkShell(read);
  });
});
