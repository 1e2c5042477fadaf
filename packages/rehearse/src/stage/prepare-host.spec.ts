import { checkShell } from '@fairness-deploy/shell/testing';
import { Secret } from '@fairness-deploy/shell/secret';
import { expect, it } from 'vitest';
import { prepareHost } from './prepare-host.js';

const own = { address: '10.1.0.2', reals: ['203.0.113.10'], domains: ['shop.test'] };
const around = { root: '-----BEGIN CERTIFICATE-----\n', own, others: [], closed: [] };

it('prepareHost() makes the login of the real host', () => {
  const script = prepareHost({ user: 'debian', sudo: true, ...around });
  expect(script.reveal()).toContain('debian ALL=(ALL:ALL) NOPASSWD:ALL');
  const asking = { sudoPassword: new Secret('sudo', 'x'), user: 'debian', sudo: true, ...around };
  expect(prepareHost(asking).reveal()).toContain('debian ALL=(ALL:ALL) ALL');
  expect(String(prepareHost({ ...asking, sudo: false }))).not.toContain('sudoers');
});

it('prepareHost() is a script without fault', async () => {
  const sudoPassword = new Secret('sudo', "it's");
  await checkShell(prepareHost({ user: "o'neil", sudo: true, sudoPassword, ...around }));
});
