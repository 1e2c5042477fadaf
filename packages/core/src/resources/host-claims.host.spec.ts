import { sh, type Connection } from '@fairness-deploy/shell';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyResources } from '../testing/apply-resources.js';
import { checkResourceContract } from '../testing/resource-contract.js';
import { hostClaims } from './host-claims.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('host-claims');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const claimsOf = (application: string, port: number) =>
  hostClaims({
    ...{ application, environment: 'prod' },
    claims: [{ what: `the port ${String(port)}`, is: `for ${application}` }],
  });

it('hostClaims() live as a resource does, and refuse those of another environment', async () => {
  await checkResourceContract({
    run: (script) => connection.run(script),
    resource: claimsOf('shop', 3000),
    drift: sh`echo other >>/var/lib/fairness-deploy/claims/shop`,
    changed: claimsOf('shop', 3001),
  });
  await applyResources(connection, [claimsOf('shop', 3000), claimsOf('blog', 3001)]);
  await expect(applyResources(connection, [claimsOf('wiki', 3001)])).rejects.toThrow(
    'beside blog of the environment "prod": on this host, the port 3001 is for blog',
  );
  const { stdout } = await connection.run(sh`stat -c '%a %n' /var/lib/fairness-deploy/claims/*`);
  expect(String(stdout)).toBe(
    '600 /var/lib/fairness-deploy/claims/blog\n600 /var/lib/fairness-deploy/claims/shop\n',
  );
});
