import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeJob } from '../engine/describe-job.js';
import { order } from '../engine/order.js';
import { planHost } from '../engine/plan.js';
import { applyPlan } from '../engine/apply-plan.js';
import { timer, type TimerSpec } from './timer.js';

let test: TestHost;
let connection: Connection;
beforeAll(async () => {
  test = await startTestHost('timer');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const run = async (script: Script): Promise<string> =>
  (await connection.run(script)).stdout.toString();

/** Provisions, and returns how each change ended. */
async function provision(spec: TimerSpec, resources = timer(spec)): Promise<readonly string[]> {
  const plan = await planHost(connection, order(resources));
  if (plan.changes.length === 0) return [];
  const { changes } = await applyPlan(connection, plan, describeJob('test'));
  return changes.map(({ address, status, output }) =>
    status === 'changed' ? status : `${address} ${status}: ${output}`,
  );
}

it('timer() runs its command at its times, with its arguments as they are', async () => {
  const words = ["it's", 'a "b" \\ $HOME ${x} 100% %n', '', 'é'];
  const spec: TimerSpec = {
    name: 'fd-test',
    description: 'Writes down what it gets',
    schedule: '*-*-* *:*:*',
    command: ['/bin/sh', '-c', 'printf "%s\\0" "$@" >/run/words; id -un >/run/who', 'sh', ...words],
    user: 'root',
  };
  expect(await provision(spec)).toEqual(['changed', 'changed', 'changed']);
  expect(await provision(spec)).toEqual([]);
  await expect.poll(() => run(sh`cat /run/who 2>/dev/null`)).toBe('root\n');
  expect((await run(sh`cat /run/words`)).split('\0').slice(0, -1)).toEqual(words);

  // The timer keeps to another time at once.
  const rarely = { ...spec, schedule: '2099-01-01 00:00' };
  expect(await provision(rarely)).toEqual(['changed', 'changed']);
  expect(await run(sh`systemctl show -p TimersCalendar --value fd-test.timer`)).toContain(
    '2099-01-01',
  );
  expect(await provision(rarely)).toEqual([]);
});

it('timer() refuses a time that is none, and leaves the timer as it is', async () => {
  const [refused] = await provision({
    ...{ name: 'fd-test', description: 'Writes', schedule: 'half past' },
    command: ['/bin/true'],
  }).then((ends) => ends.filter((end) => end !== 'changed'));
  expect(refused).toMatch(/^file:\/etc\/systemd\/system\/fd-test\.timer failed: .*half past/s);
  expect(await run(sh`systemctl show -p TimersCalendar --value fd-test.timer`)).toContain(
    '2099-01-01',
  );
});

it('timer() that is to be absent is stopped, with its units', async () => {
  const spec: TimerSpec = {
    ...{ name: 'fd-test', description: 'Writes', schedule: '2099-01-01 00:00' },
    command: ['/bin/false'],
  };
  await provision(spec);
  await run(sh`systemctl start fd-test.service 2>/dev/null || :`);
  const none = timer({ name: 'fd-test' }, { ensure: 'absent' });
  expect(await provision(spec, none)).toEqual(['changed', 'changed']);
  expect(await provision(spec, none)).toEqual([]);
  expect(await run(sh`systemctl list-units --all --no-legend 'fd-test*'`)).toBe('');
  expect(await run(sh`ls /etc/systemd/system | grep fd-test || :`)).toBe('');
});
