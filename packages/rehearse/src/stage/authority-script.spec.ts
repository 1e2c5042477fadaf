import { checkShell } from '@fairness-deploy/shell/testing';
import { literal } from '@fairness-deploy/shell';
import { Secret } from '@fairness-deploy/shell/secret';
import { expect, it } from 'vitest';
import { addName, dnsHook, startAuthority } from './authority-script.js';

it('startAuthority() and addName() are scripts without fault', async () => {
  await checkShell(startAuthority('10.1.0.9', new Secret('token', 'a1')));
  await checkShell(addName('shop.test', ['10.1.0.2']));
});

it('dnsHook() is a program that sets the record which Certbot names', async () => {
  const hook = dnsHook('10.1.0.9', 'set-txt');
  expect(hook).toMatch(/^#!\/bin\/sh\nset -eu\n/);
  expect(hook).toContain('http://10.1.0.9:8055/set-txt');
  await checkShell(literal(hook));
  await checkShell(literal(dnsHook('10.1.0.9', 'clear-txt')));
});
