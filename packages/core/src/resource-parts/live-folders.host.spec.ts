import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Resource } from '../resource/resource.js';
import { type Connection, sh } from '@fairness-deploy/shell';
import { applyResources } from '../testing/apply-resources.js';
import { checkResourceContract } from '../testing/resource-contract.js';
import { file } from '../resources/file.js';
import { inLiveFolders } from './live-folder.js';
import { KNOWN_FOLDERS } from './known-daemons.js';
import { service } from '../resources/service.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('live-folders');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const checked = (resource: Resource): Resource => inLiveFolders(resource, KNOWN_FOLDERS);
const apply = (...resources: readonly Resource[]) =>
  applyResources(connection, resources.map(checked));
const print = async (script: ReturnType<typeof sh>): Promise<string> =>
  (await connection.run(script)).stdout.toString();

const FILES = [
  {
    path: '/etc/ssh/sshd_config.d/10-own.conf',
    good: 'PermitRootLogin prohibit-password\n',
    bad: 'PermitRootLogin prohibit-passwrd\n',
    said: 'sshd refuses its configuration',
  },
  {
    path: '/etc/sudoers.d/own',
    good: 'root ALL=(ALL) ALL\n',
    bad: 'root ALL=(ALL ALL\n',
    said: 'sudo refuses its configuration',
  },
];

describe.each(FILES)('$path', ({ path, good, bad, said }) => {
  it('lives as a resource does', async () => {
    await checkResourceContract({
      run: (script) => connection.run(script),
      resource: checked(file({ path, content: good })),
      drift: sh`echo '# by hand' >>${path}`,
      changed: checked(file({ path, content: `# another\n${good}`, mode: '0440' })),
      absent: checked(file({ path }, { ensure: 'absent' })),
    });
  });

  it('stays as it was when its program refuses what is to come', async () => {
    for (const before of [undefined, good]) {
      await apply(
        before === undefined
          ? file({ path }, { ensure: 'absent' })
          : file({ path, content: before }),
      );
      const ended = await apply(file({ path, content: bad }));
      expect(ended[`file:${path}`]).toContain(`Cannot use ${path}: ${said} then, see above`);
      expect(await print(sh`cat ${path} 2>/dev/null || echo absent`)).toBe(before ?? 'absent\n');
      expect(
        await print(sh`ls -A ${path.slice(0, path.lastIndexOf('/'))} /run | grep fd- || :`),
      ).toBe('');
    }
  });

  it.runIf(path.startsWith('/etc/sudoers'))('is not one that its program ignores', async () => {
    await apply(file({ path, content: good }));
    for (const ownership of [{ mode: '0666' }, { owner: 'nobody' }]) {
      const ended = await apply(file({ path, content: good, ...ownership }));
      expect(ended[`file:${path}`]).toContain('as another user than root can write to it');
    }
    expect(await print(sh`stat -c '%a %U' ${path}`)).toBe('644 root\n');
  });

  it('is put back where the host allows no copy to be tried', async () => {
    await apply(file({ path, content: good }));
    await connection.run(sh`chmod -x /usr/bin/unshare`);
    try {
      const ended = await apply(file({ path, content: bad }));
      expect(ended[`file:${path}`]).toContain(
        `Cannot load ${path}: it has been put back as it was`,
      );
      expect(await print(sh`cat ${path}`)).toBe(good);
    } finally {
      await connection.run(sh`chmod +x /usr/bin/unshare`);
    }
  });

  it('can be corrected one file after the other', async () => {
    const other = path.replace(/own(?:\.conf)?$/, (name) => `zz-${name}`);
    await connection.run(sh`printf %s ${bad} | tee ${path} >${other}`);
    expect(await apply(file({ path, content: bad.replace('prohibit', 'no') }))).not.toEqual({
      [`file:${path}`]: 'done',
    });
    await apply(file({ path, content: good }));
    expect(await print(sh`cat ${path}`)).toBe(good);
    expect(await apply(file({ path: other, content: good }))).toEqual({
      [`file:${other}`]: 'done',
    });
    await connection.run(sh`rm ${other}`);
  });
});

describe('service() of sshd', () => {
  it('is neither restarted nor reloaded with a configuration that sshd refuses', async () => {
    const path = '/etc/ssh/sshd_config.d/20-broken.conf';
    const loaded = file({ path, content: 'Nonsense yes\n' });
    for (const action of ['restart', 'reload'] as const) {
      const pid = await print(sh`systemctl show -p MainPID ssh`);
      await connection.run(sh`printf 'Nonsense yes\n' >${path}`);
      const ended = await apply(service({ unit: 'ssh', running: true, loads: [loaded], action }));
      expect(ended['service:ssh']).toContain('Bad configuration option: Nonsense');
      expect(await print(sh`systemctl show -p MainPID ssh`)).toBe(pid);
      await (await test.connect()).close();
      await connection.run(sh`rm ${path}`);
    }
  });
});
