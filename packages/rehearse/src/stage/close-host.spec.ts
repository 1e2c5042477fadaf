import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkShell } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { closeHost, closing, leading } from './close-host.js';

const own = { address: '10.1.0.2', reals: ['203.0.113.10', '2001:db8::2'], domains: ['shop.test'] };
const others = [
  { address: '10.1.0.3', reals: ['203.0.113.11', 'pg.example.org'], domains: [] },
  { address: '10.1.0.4', reals: ['db.example.org', 'localhost'], domains: [] },
  { address: '10.1.0.5', reals: ['127.0.0.1', '10.1.0.5'], domains: [] },
  { address: '10.1.0.6', reals: ['2001:db8::1'], domains: [] },
];
const closed = ['10.2.0.9', 'cache.example.org', '10.1.0.3'];

it('closeHost() lets real addresses and names lead to the stage, or nowhere', () => {
  const script = closeHost({ own, others, closed }).reveal();
  expect(script).toContain('ip address replace 203.0.113.10/32 dev lo');
  for (const address of ['203.0.113.11', '10.2.0.9', '240.0.0.1']) {
    expect(script).toContain(`ip route replace unreachable ${address}/32 metric`);
  }
  expect(script).toContain('ip route replace 203.0.113.11/32 via 10.1.0.3');
  for (const address of ['2001:db8::1', '2001:db8::2']) {
    expect(script).toContain(`ip -6 route replace unreachable ${address}/128`);
  }
  expect(script).not.toMatch(/127\.0\.0\.1|unreachable 10\.1\.|10\.1\.0\.5\/32/);
  expect(script).toContain(
    "'10.1.0.2\tshop.test\n10.1.0.3\tpg.example.org\n10.1.0.4\tdb.example.org\n240.0.0.1\tcache.example.org\n'",
  );
});

it('closeHost() puts its names before those of /etc/hosts, and removes the same ones', () => {
  const folder = mkdtempSync(join(tmpdir(), 'close-host-'));
  const [, program = ''] = /awk '([^]*?)' /.exec(closing({ own, others, closed }).reveal()) ?? [];
  writeFileSync(join(folder, 'ours'), '10.1.0.2\tshop.test\n');
  writeFileSync(
    join(folder, 'hosts'),
    '# shop.test\n\n127.0.0.1 localhost\n203.0.113.9 Shop.TEST other.test # shop.test\n203.0.113.9 shop.test\n',
  );
  const said = execFileSync('awk', [program, 'ours', 'hosts'], { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(said).toBe(
    '10.1.0.2\tshop.test\n# shop.test\n\n127.0.0.1 localhost\n203.0.113.9 other.test\n',
  );
});

it('closeHost() and what it writes are scripts without fault', async () => {
  const script = closeHost({ own, others, closed });
  await checkShell(script);
  await checkShell(closing({ own, others, closed }));
  await checkShell(leading({ own, others, closed }));
});
