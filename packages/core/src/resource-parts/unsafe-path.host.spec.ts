import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Resource } from '../resource/resource.js';
import { type Connection, literal, type Script, sh } from '@fairness-deploy/shell';
import { directory } from '../resources/directory.js';
import { file } from '../resources/file.js';
import { link } from '../resources/link.js';
import { systemUser } from '../resources/system-user.js';

let test: TestHost;
let connection: Connection;
let places = 0;

beforeAll(async () => {
  test = await startTestHost('unsafe-path');
  connection = await test.connect();
  await connection.run(sh`
    useradd mallory
    useradd ana`);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

async function run(script: Script): Promise<string> {
  const { status, stdout, stderr } = await connection.run(sh`
    ( set -eu
    ${script}
    ) 2>&1`);
  return `${stdout.toString()}${stderr}status ${String(status)}\n`;
}

/** Converges from absent, as if the plan had seen nothing wrong. */
function apply(resource: Resource): Promise<string> {
  return run(resource.plan('')?.apply ?? sh`false`);
}

/** A folder of mallory's in one of root's, and beside it one of root's with a secret in it. */
async function newPlace(): Promise<{ readonly own: string; readonly secret: string }> {
  places += 1;
  const place = `/srv/place${String(places)}`;
  const [own, secret] = [`${place}/mallory`, `${place}/secret`];
  await run(sh`
    mkdir -p ${own} ${secret}/log
    chmod 0700 ${secret}/log
    chown mallory: ${own}`);
  return { own, secret };
}

const asMallory = (script: Script): Script => sh`runuser -u mallory -- sh -euc ${script.reveal()}`;

describe('root, on its way to a path', () => {
  it('follows no link that another user can place, also where another user owns the declared path', async () => {
    const { own, secret } = await newPlace();
    await run(asMallory(sh`ln -s ${secret} ${`${own}/site`}`));
    const path = `${own}/site/log`;
    for (const owner of ['mallory', 'root', 'ana']) {
      expect(await apply(directory({ path, owner }))).toContain(
        `Cannot make ${path}: ${owner === 'mallory' ? '/' : own} belongs to ${owner === 'mallory' ? 'root' : 'mallory'}`,
      );
      expect(await apply(file({ path: `${path}/x`, content: '', owner }))).toContain(
        `Cannot write ${path}/x: `,
      );
    }
    expect(await apply(link({ path: `${path}/link`, target: 'x' }))).toContain('belongs to root');
    await run(sh`touch ${`${secret}/log/x`}`);
    const removed = [
      file({ path: `${path}/x` }, { ensure: 'absent' }),
      link({ path: `${own}/site/link` }, { ensure: 'absent' }),
      directory({ path, recursive: true }, { ensure: 'absent' }),
      directory({ path }, { ensure: 'absent' }),
    ];
    await run(sh`ln -s x ${`${secret}/link`}`);
    for (const resource of removed) {
      const found = await connection.run(resource.read);
      const change = resource.plan(found.stdout.toString());
      expect(await run(change?.apply ?? sh`false`)).toContain('Cannot remove');
    }
    expect(await run(sh`stat -c '%U %a' ${`${secret}/log`} ${`${secret}/log/x`}`)).toBe(
      'root 700\nroot 644\nstatus 0\n',
    );
  });

  it('follows root’s own links in root’s folders', async () => {
    await run(sh`
      mkdir -p /data/srv/web
      chown mallory: /data/srv/web
      ln -s data/srv /linked
      ln -s /linked/web /srv/web`);
    expect(await apply(file({ path: '/srv/web/x', content: 'x', owner: 'mallory' }))).toBe(
      'status 0\n',
    );
    expect(await apply(directory({ path: '/srv/web/in', owner: 'mallory' }))).toBe('status 0\n');
    expect(await apply(directory({ path: '/linked/new' }))).toBe('status 0\n');
    expect(await apply(link({ path: '/srv/web/link', target: 'x' }))).toBe('status 0\n');
    expect(await run(sh`cd /data/srv; stat -c '%n %U' new web/*`)).toBe(
      'new root\nweb/in mallory\nweb/link root\nweb/x mallory\nstatus 0\n',
    );
  });

  it('follows links within the folders of the owner asked for, as far as these lead', async () => {
    const { own } = await newPlace();
    await run(asMallory(sh`mkdir ${`${own}/real`}; ln -s real ${`${own}/current`}`));
    const path = `${own}/current/x`;
    expect(await apply(file({ path, content: 'x', owner: 'mallory' }))).toBe('status 0\n');
    expect(await run(sh`stat -c %U ${`${own}/real/x`}`)).toBe('mallory\nstatus 0\n');
  });

  it('makes nothing of root’s own in a folder of somebody else', async () => {
    const { own } = await newPlace();
    expect(await apply(file({ path: `${own}/x`, content: '' }))).toContain(
      `Cannot write ${own}/x: ${own} belongs to mallory`,
    );
    expect(await apply(directory({ path: `${own}/x`, owner: 'ana' }))).toContain(
      `${own} belongs to mallory`,
    );
    expect(await apply(systemUser({ name: 'eve', home: `${own}/eve` }))).toContain(
      `${own} belongs to mallory`,
    );
  });

  it('goes through folders that all may write to only where these are sticky', async () => {
    await run(sh`mkdir -p /srv/open/in /tmp/in; chmod 0777 /srv/open`);
    expect(await apply(directory({ path: '/srv/open/in/x' }))).toContain(
      'every user can write to /srv/open',
    );
    expect(await apply(directory({ path: '/tmp/in/x' }))).toBe('status 0\n');
    await run(asMallory(sh`mkdir /tmp/hers; ln -s /tmp/in /tmp/mallorys-link`));
    expect(await apply(directory({ path: '/tmp/hers' }))).toContain('/tmp/hers belongs to mallory');
    expect(await apply(directory({ path: '/tmp/mallorys-link/y' }))).toContain(
      '/tmp/mallorys-link belongs to mallory',
    );
  });

  it('takes no folder of root’s from where another user may have moved it', async () => {
    const { own } = await newPlace();
    const path = `${own}/data`;
    await run(sh`mkdir ${path}; touch ${`${path}/secret`}`);
    const resource = directory({ path, owner: 'mallory' });
    expect(await apply(resource)).toContain(`${path} belongs to root`);
    await run(sh`rm ${`${path}/secret`}`);
    expect(await apply(resource)).toBe('status 0\n');
    expect(await run(sh`stat -c %U ${path}`)).toBe('mallory\nstatus 0\n');
  });
});

describe('a user who exchanges a folder for a link beside a provisioning', () => {
  it('never gets root to go astray', async () => {
    const { own, secret } = await newPlace();
    await run(
      asMallory(sh`mkdir ${`${own}/www`} ${`${own}/site`}; ln -s ${secret} ${`${own}/link`}`),
    );
    await run(sh`mkdir ${`${secret}/.ssh`}; useradd -M -d ${`${own}/site`} victim`);
    const exchange = (one: string, other: string): Script => sh`
      setpriv --reuid mallory --regid mallory --init-groups -- perl -MPOSIX -e ${EXCHANGE} ${`${own}/${one}`} ${`${own}/${other}`} &
      fd_exchanger=$!`;
    const resources = [
      directory({ path: `${own}/site/log`, owner: 'mallory' }),
      file({ path: `${own}/site/log/conf`, content: 'x', owner: 'mallory' }),
      directory({ path: `${own}/site`, owner: 'mallory', mode: '0711' }),
      systemUser({ name: 'victim', authorizedKeys: [] }),
    ];
    const applied = resources.map((resource) => resource.plan('')?.apply ?? sh`false`);
    const said = await run(sh`
      ${exchange('site', 'link')}
      fd_round=0
      while [ "$fd_round" -lt 20 ] && [ ! -e ${`${secret}/log/conf`} ]; do
        fd_round=$((fd_round + 1))
        ${literal(applied.map((script) => `( set -eu\n${script.reveal()}\n) >>/tmp/race 2>&1 || :`).join('\n'))}
      done
      {
        kill "$fd_exchanger" || :
        wait "$fd_exchanger" || :
      } 2>/dev/null
      echo "$fd_round rounds"
      stat -c '%U %a' ${secret} ${`${secret}/log`} ${`${secret}/.ssh`}
      ls -A ${`${secret}/log`}`);
    expect(said).toBe('20 rounds\nroot 755\nroot 700\nroot 755\nstatus 0\n');
    // It did meet the link, and the folder as well.
    expect(await run(sh`sort -u /tmp/race | head -n 20`)).toContain('Cannot make');
    expect(
      await run(sh`ls -d ${`${own}/site/log/conf`} ${`${own}/link/log/conf`} 2>/dev/null`),
    ).toContain('log/conf');
  });
});

describe('a user who puts pipes and links where a file is staged', () => {
  it('neither stops root nor gets it to open them', async () => {
    const { own, secret } = await newPlace();
    const path = `${own}/conf`;
    const staged = `${own}/.conf.fd-new`;
    const apply = file({ path, content: 'x', owner: 'mallory' }).plan('')?.apply ?? sh`false`;
    // A link that leads to nothing would make that file for root.
    const said = await run(sh`
      ${asMallory(sh`while :; do
        mkfifo ${staged} || :
        rm -f ${staged}
        ln -s ${`${secret}/made`} ${staged} || :
        rm -f ${staged}
        ln -s /dev/full ${staged} || :
        rm -f ${staged}
      done`)} >/dev/null 2>&1 &
      fd_tricks=$!
      fd_round=0
      fd_done=0
      while [ "$fd_round" -lt 20 ]; do
        fd_round=$((fd_round + 1))
        if timeout 20 sh -c ${`set -eu
${apply.reveal()}`}; then fd_done=$((fd_done + 1)); fi
      done
      {
        pkill -u mallory || :
        wait "$fd_tricks" || :
      } 2>/dev/null
      echo "$fd_done done"
      stat -c '%U %F' ${path}
      ls -A ${secret}`);
    expect(said).toBe('20 done\nmallory regular file\nlog\nstatus 0\n');
  });
});

/** Exchanges two paths for ever by renameat2(2), RENAME_EXCHANGE: at no time is one of them missing. */
const EXCHANGE = `
my $number = (POSIX::uname())[4] eq 'aarch64' ? 276 : 316;
my ($one, $other) = @ARGV;
1 until syscall($number, -100, $one, -100, $other, 2) < 0;
die "renameat2: $!";
`;
