import { sh, type Connection } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Site } from '../testing/site.js';

let test: TestHost;
let connection: Connection;
let sites = 0;

beforeAll(async () => {
  test = await startTestHost('without-node');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

/** A site without Node.js, and with nothing of it in its repository. */
async function newSite(packages: readonly string[]): Promise<Site> {
  sites += 1;
  const site = new Site(connection, undefined, `plain${String(sites)}`, 3300 + sites);
  site.repository.git('rm', '--quiet', '-r', '--cached', '--ignore-unmatch', '.');
  site.repository.write('.gitignore', '.venv/\n*.json\n*.js\n*.tgz\n.npmrc\n');
  await site.provision();
  await site.run(
    sh`DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends ${packages} >/dev/null 2>&1`,
  );
  return site;
}

/** Asks all the time, as nginx sends requests: what was answered, each once, in its order. */
async function visited(site: Site, during: () => Promise<unknown>): Promise<readonly string[]> {
  const blue = String(3300 + sites);
  const green = String(3400 + sites);
  const log = `/run/${site.application.name}.visits`;
  const going = `/run/${site.application.name}.going`;
  await site.run(sh`
    rm -f ${`${log}.done`}
    : >${going}
    fd_look() {
      case $(readlink ${site.layout.live}) in *green) fd_port=${green} ;; *) fd_port=${blue} ;; esac
    }
    fd_visit() {
      curl -s --max-time 5 -w ' %{http_code}\n' "http://127.0.0.1:$fd_port/" >${`${log}.one`}
    }
    (
      while [ -e ${going} ]; do
        fd_look
        # As nginx: once more when traffic has switched since.
        fd_visit || { fd_before=$fd_port; fd_look; [ "$fd_port" != "$fd_before" ] && fd_visit; } || echo failed
        cat ${`${log}.one`}
      done
      : >${`${log}.done`}
    ) >${log} 2>/dev/null </dev/null &`);
  try {
    await during();
  } finally {
    // The last answer is whole then.
    await site.run(sh`rm ${going}; until [ -e ${`${log}.done`} ]; do sleep 0.1; done`);
  }
  return site.list(sh`uniq ${log}`);
}

const command = ['.venv/bin/python', '-m', 'gunicorn', 'site_app:app'];
const section = {
  install: 'python3 -m venv --system-site-packages .venv && .venv/bin/pip --version',
};
const env = { GREETING: Text.of('hello') };

function python(site: Site, version: string): string {
  site.repository.write(
    'gunicorn.conf.py',
    `import os\nbind = f"127.0.0.1:{os.environ['PORT']}"\nworkers = 2\n`,
  );
  site.repository.write(
    'site_app.py',
    `import os, sys
def app(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [f"${version} {os.environ['GREETING']} {os.environ.get('NODE_ENV')}".encode()]
`,
  );
  return site.repository.commit(version);
}

describe('a Python application', () => {
  it('is deployed and rolled back without a failed request, each release with its own venv', async () => {
    const site = await newSite(['python3-venv', 'python3-gunicorn']);
    python(site, 'one');
    const changes = { command, section, env };
    const first = await site.deploy(changes);
    expect(first).toMatchObject({ status: 'done' });
    expect(Object.keys('said' in first ? first.said : {})).not.toContain('build');
    expect(await site.serving()).toBe('one hello None');
    const one = await site.current();

    python(site, 'two');
    const answers = await visited(site, async () => {
      expect(await site.deploy(changes)).toMatchObject({ status: 'done' });
      expect(await site.serving()).toBe('two hello None');
      expect(await site.rollback(undefined, changes)).toMatchObject({ status: 'done' });
    });
    expect(answers).toEqual(['one hello None 200', 'two hello None 200', 'one hello None 200']);
    expect(await site.current()).toBe(one);
    const history = await site.history();
    expect(history.at(-1)).not.toHaveProperty('runtime');
    expect(
      await site.run(
        sh`ls -A ${site.layout.live}; ls /opt/node /usr/local/bin/node 2>/dev/null || :`,
      ),
    ).toBe('release\n');
  });

  it('runs in a copy of a built release when only a variable has changed', async () => {
    const site = await newSite(['python3-venv', 'python3-gunicorn']);
    python(site, 'one');
    await site.deploy({ command, section, env });
    const ended = await site.deploy({ command, section, env: { GREETING: Text.of('hi') } });
    // A build may see the variable.
    expect(ended).toMatchObject({ status: 'done' });
    expect(await site.serving()).toBe('one hi None');
    const again = await site.deploy({
      ...{ command: [...command, '--log-level', 'info'], section },
      env: { GREETING: Text.of('hi') },
    });
    expect(Object.keys('said' in again ? again.said : {})).toContain('copy build');
    expect(await site.serving()).toBe('one hi None');
    const colour = await site.live();
    if (!colour) throw new Error('nothing is live');
    const prefix = sh`
      cd ${`${site.layout.live}/release`}
      .venv/bin/python -c 'import sys; print(sys.prefix)'`;
    expect(await site.run(prefix)).toBe(`${site.layout.releases}/${await site.current()}/.venv\n`);
  });

  it('comes back when a release does not start', async () => {
    const site = await newSite(['python3-venv', 'python3-gunicorn']);
    python(site, 'one');
    const changes = { command, section, env };
    await site.deploy(changes);
    site.repository.write('site_app.py', 'raise SystemExit(1)\n');
    site.repository.commit('broken');
    const answers = await visited(site, async () => {
      expect(await site.deploy(changes)).toMatchObject({ status: 'failed', step: 'check web' });
    });
    expect(answers).toEqual(['one hello None 200']);
  });
});

describe('a PHP application', () => {
  it('is deployed and rolled back without a failed request', async () => {
    const site = await newSite(['php-cli']);
    const changes = {
      command: ['sh', '-c', 'exec php -S "127.0.0.1:$PORT" router.php'],
      section: {},
    };
    site.repository.write('router.php', '<?php echo "one";');
    site.repository.commit('one');
    expect(await site.deploy(changes)).toMatchObject({ status: 'done' });
    site.repository.write('router.php', '<?php echo "two";');
    site.repository.commit('two');
    const answers = await visited(site, async () => {
      expect(await site.deploy(changes)).toMatchObject({ status: 'done' });
      expect(await site.rollback(undefined, changes)).toMatchObject({ status: 'done' });
    });
    expect(answers).toEqual(['one 200', 'two 200', 'one 200']);
  });

  it('of FPM is asked by FastCGI whether it is well', async () => {
    const site = await newSite(['php-fpm', 'libfcgi-bin']);
    const [program = ''] = await site.list(sh`ls /usr/sbin/php-fpm*`);
    const changes = {
      command: [program, '--nodaemonize', '--force-stderr', '--fpm-config', 'fpm.conf'],
      fastcgi: { root: 'public', index: 'index.php', scripts: 'index' as const },
      section: {},
    };
    site.repository.write('fpm.conf', FPM);
    const publish = (script: string): void => {
      site.repository.write('public/index.php', script);
      site.repository.commit(script);
    };
    publish('<?php echo $_SERVER["REQUEST_URI"] === "/health" ? "one" : http_response_code(404);');
    expect(await site.deploy(changes)).toMatchObject({ status: 'done' });
    const one = await site.current();

    publish('<?php throw new Exception("broken");');
    expect(await site.deploy(changes)).toMatchObject({
      ...{ status: 'failed', step: 'check web' },
      output: expect.stringMatching(/:\d+\/health answers 500, not 200/) as unknown,
    });
    publish('<?php http_response_code(404);');
    const notFound = { ...changes, health: { status: 404 } };
    expect(await site.deploy(notFound)).toMatchObject({ status: 'done' });
    expect(await site.rollback(one, changes)).toMatchObject({ status: 'done' });
    expect(await site.current()).toBe(one);
  });
});

const FPM = `[global]
error_log = /dev/null
process_control_timeout = 10s
[www]
listen = 127.0.0.1:\${PORT}
pm = static
pm.max_children = 2
clear_env = no
catch_workers_output = yes
`;
