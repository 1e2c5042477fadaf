import { checkShell } from '@fairness-deploy/shell/testing';
import { Secret } from '@fairness-deploy/shell/secret';
import { expect, it } from 'vitest';
import { prepareHost } from './prepare-host.js';

const own = { address: '10.1.0.2', real: '203.0.113.10', domains: ['shop.test'] };
const others = [
  { address: '10.1.0.3', real: '203.0.113.11', domains: [] },
  { address: '10.1.0.4', real: 'db.example.org', domains: [] },
  { address: '10.1.0.5', real: '127.0.0.1', domains: [] },
  { address: '10.1.0.6', real: '2001:db8::1', domains: [] },
];

it('prepareHost() lets real addresses and names lead to the stage', () => {
  const script = prepareHost({ user: 'root', sudo: true, own, others }).reveal();
  expect(script).toContain('ip address replace 203.0.113.10/32 dev lo');
  expect(script).toContain('ip route replace 203.0.113.11/32 via 10.1.0.3');
  expect(script).toContain("'10.1.0.2\tshop.test\n10.1.0.4\tdb.example.org'");
  expect(script).not.toMatch(/127\.0\.0\.1|2001|useradd/);
});

it('prepareHost() makes the login of the real host', () => {
  const script = prepareHost({ user: 'debian', sudo: true, own, others });
  expect(script.reveal()).toContain('debian ALL=(ALL:ALL) NOPASSWD:ALL');
  const asking = { sudoPassword: new Secret('sudo', 'x'), user: 'debian', sudo: true, own, others };
  expect(prepareHost(asking).reveal()).toContain('debian ALL=(ALL:ALL) ALL');
  expect(String(prepareHost({ ...asking, sudo: false }))).not.toContain('sudoers');
});

it('prepareHost() is a script without fault', async () => {
  const sudoPassword = new Secret('sudo', "it's");
  await checkShell(prepareHost({ user: "o'neil", sudo: true, sudoPassword, own, others }));
});
