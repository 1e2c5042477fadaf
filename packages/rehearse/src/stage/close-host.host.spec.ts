import { powerOff, powerOn } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeHost } from './close-host.js';

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost('close-host');
});
afterAll(async () => {
  await host.stop();
});

it('closeHost() powers a host off that cannot close the ways when it boots', async () => {
  const own = { address: host.host.address, reals: ['203.0.113.10'], domains: [] };
  const connection = await host.connect();
  const closed = ['203.0.113.11', '2001:db8::1', 'db.example.org'];
  const { status, stderr } = await connection.run(closeHost({ own, others: [], closed }));
  expect([status, stderr]).toEqual([0, '']);
  const ways = await connection.run(
    sh`ip route get 203.0.113.11 2>&1; ip -6 route get 2001:db8::1 2>&1; getent ahostsv4 db.example.org`,
  );
  expect(ways.stdout.toString()).toMatch(/No route to host\n.*No route to host\n240\.0\.0\.1/);
  await connection.run(sh`printf '#!/bin/sh\nexit 1\n' >/opt/rehearsal/close`);
  await connection.close();
  await powerOff(host.host);
  await expect(powerOn(host.host)).rejects.toThrow('Cannot start host');
});
