import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Resource } from '../resource/resource.js';
import { type Connection, lines, sh } from '@fairness-deploy/shell';
import { file } from './file.js';
import { service } from './service.js';
import { unitProbe } from '../resource-parts/unit-probe.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('service');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const PATH = '/etc/systemd/system/sleeper.service';
const unitFile = (start: string) =>
  file({
    path: PATH,
    content: `[Service]
ExecStart=${start}
ExecReload=/bin/sh -c 'echo reloaded >>/run/sleeper'
[Install]
WantedBy=multi-user.target
`,
  });
const configuration = (content: string) => file({ path: '/etc/sleeper.conf', content });
const unit = unitFile('/bin/sleep 1000');
const all = { unit: 'sleeper', enabled: true, running: true, action: 'reload' } as const;

/** @returns what differed, or what it failed with; undefined when nothing was to be done. */
async function apply(resource: Resource): Promise<string | undefined> {
  const { stdout } = await connection.run(resource.read);
  const change = resource.plan(stdout.toString());
  if (!change) return undefined;
  const { status, stderr } = await connection.run(sh`( set -eu; ${change.apply} )`);
  return status === 0 ? JSON.stringify(change.differences) : stderr;
}

const print = async (command: ReturnType<typeof sh>): Promise<string> =>
  (await connection.run(command)).stdout.toString();

describe('service() on a host', () => {
  it('is enabled and started, and started again', async () => {
    const resource = service({ ...all, loads: [unit, configuration('one\n')] });
    expect(resource.plan(await print(resource.read))?.action).toBe('create');
    await apply(unit);
    await apply(configuration('one\n'));
    await apply(resource);
    expect(await apply(resource)).toBeUndefined();
    await connection.run(sh`systemctl disable --quiet --now sleeper`);
    expect(await apply(resource)).toMatch(/enabled.*status/);
    expect(await apply(resource)).toBeUndefined();
  });

  it('loads what changed, as planned before the change was made', async () => {
    const next = configuration('two\n');
    const resource = service({ ...all, loads: [unit, next] });
    expect(resource.plan(await print(resource.read))?.differences).toEqual([
      { kind: 'value', field: 'outdated', from: '/etc/sleeper.conf', to: '' },
    ]);
    // The run ends here; what is due isn't lost.
    await apply(next);
    expect(await apply(resource)).toContain('outdated');
    expect(await print(sh`cat /run/sleeper`)).toBe('reloaded\n');
    expect(await apply(resource)).toBeUndefined();
  });

  it('loads what was changed and changed back', async () => {
    const resource = service({ ...all, loads: [unit, configuration('two\n')] });
    await connection.run(sh`echo three >/etc/sleeper.conf`);
    await apply(configuration('two\n'));
    expect(await apply(resource)).toContain('outdated');
    expect(await apply(resource)).toBeUndefined();
  });

  it('loads nothing again for a change of mode or of enablement', async () => {
    const resource = service({ ...all, loads: [unit, configuration('two\n')] });
    const before = await print(sh`cat /run/sleeper`);
    await connection.run(sh`
      chmod 600 /etc/sleeper.conf
      systemctl disable --quiet sleeper`);
    await apply(configuration('two\n'));
    expect(await apply(resource)).toContain('enabled');
    expect(await apply(resource)).toBeUndefined();
    expect(await print(sh`cat /run/sleeper`)).toBe(before);
  });

  it('restarts for a changed unit file, also when the run ended after systemd had read it', async () => {
    const changed = unitFile('/bin/sleep 2000');
    const resource = service({ ...all, loads: [changed, configuration('two\n')] });
    await apply(changed);
    await connection.run(sh`systemctl daemon-reload`);
    expect(await apply(resource)).toContain(PATH);
    const pid = (await print(sh`systemctl show --value -p MainPID sleeper`)).trim();
    expect(await print(sh`tr '\0' ' ' <${`/proc/${pid}/cmdline`}`)).toContain('sleep 2000');
    expect(await apply(resource)).toBeUndefined();
  });

  it('still has to load what its check refuses', async () => {
    const next = configuration('bad\n');
    const check = sh`grep -q good /etc/sleeper.conf`;
    const resource = service({ ...all, loads: [next], check });
    await apply(next);
    expect(await apply(resource)).toBe('');
    expect(resource.plan(await print(resource.read))?.differences).toHaveLength(1);
  });

  it('says why the unit does not start', async () => {
    const broken = unitFile('/bin/sh -c "echo out of luck; exit 3"');
    await apply(broken);
    const error = await apply(service({ unit: 'sleeper', running: true, loads: [broken] }));
    expect(error).toContain('Cannot make sleeper.service run with its configuration');
  });

  it('gets the properties of each of several units, whatever their state', async () => {
    // A template is no unit: for its sake systemd is asked of each by itself.
    for (const units of [
      ['sleeper.service', 'unknown.service', 'ssh.service', 'sshd.service', 'apt-daily.timer'],
      ['ssh.service', 'getty@.service', 'getty@tty1.service'],
    ]) {
      for (const unit of units) {
        const alone = sh`systemctl show -p LoadState,UnitFileState,ActiveState,SubState,NeedDaemonReload -- ${unit} || echo failed`;
        const together = lines(unitProbe.ask(units), sh`fd_show_unit ${unit} || echo failed`);
        expect(await print(sh`( set -eu; ${together} )`)).toBe(await print(alone));
      }
    }
  });

  it('cannot be planned while it is masked', async () => {
    const resource = service({ unit: 'apt-daily.timer', running: true });
    await connection.run(sh`systemctl mask --quiet --now apt-daily.timer`);
    const output = await print(resource.read);
    await connection.run(sh`systemctl unmask --quiet apt-daily.timer`);
    expect(() => resource.plan(output)).toThrow('it is masked, so nothing can start it');
  });

  it('is stopped and disabled', async () => {
    const resource = service({ unit: 'sleeper', enabled: false, running: false });
    await apply(resource);
    expect(await apply(resource)).toBeUndefined();
    expect(await print(sh`systemctl is-enabled sleeper`)).toBe('disabled\n');
  });
});
