import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { aptPackages, type Resource } from '@fairness-deploy/core/resources';
import { type Application } from '@fairness-deploy/core';
import {
  addressIn,
  COLOURS,
  layoutOf,
  programsOf,
  type Colour,
  type ListenAddress,
  type Release,
  type ReleaseStep,
} from '@fairness-deploy/release';
import { lines, notice, sh, type Connection, type Script } from '@fairness-deploy/shell';
import {
  applyResources,
  checkResourceContract,
  exampleContext,
  runChecks,
  runScript,
} from '@fairness-deploy/core/testing';
import { runReleaseSteps } from '@fairness-deploy/release/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { releaseStepsOf } from '@fairness-deploy/release/testing';
import { plugin } from './nginx-plugin.js';
import { nginxFile } from './configuration/nginx-file.js';
import { quoteWord } from './configuration/quote-nginx.js';
import { routesOf } from './release/routes.js';
import { sectionSchema } from './section/section.js';
import { siteConfiguration } from './site/site-configuration.js';
import { upstreams } from './release/upstreams.js';
import { application, environment, process } from './testing/environment.js';
import { placeRelease } from './testing/place-release.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('nginx');
  connection = await test.connect();
  expect(
    (await run(aptPackages({ names: ['nginx', 'curl'] }).plan('')?.apply ?? sh`false`)).status,
  ).toBe(0);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const run = (script: Script) => runScript(connection, script);
const succeed = async (script: Script): Promise<void> => {
  expect(await run(script)).toMatchObject({ status: 0 });
};
const provision = (resources: readonly Resource[]) => applyResources(connection, resources);

const resources = (section: unknown, of = environment): readonly Resource[] =>
  plugin.resources?.(exampleContext(sectionSchema.parse(section), of)) ?? [];

const layout = layoutOf(application);

/** A release in a colour; each has its own. */
const releaseIn = (colour: Colour, processes: Application['processes']): Release => ({
  id: `in-${colour}`,
  commit: colour,
  path: `${layout.releases}/in-${colour}`,
  variablesFile: `${layout.variables}/in-${colour}`,
  programs: programsOf({ ...application, processes }, 1),
});

/** Puts a release into a colour. */
const place = (colour: Colour, processes = application.processes): Script =>
  placeRelease(
    exampleContext(sectionSchema.parse({}), {
      ...environment,
      application: { ...application, processes },
    }),
    layout,
    releaseIn(colour, processes),
    colour,
  );

const move = (colour: Colour): Script => sh`
  ln -s ${`colours/${colour}`} /srv/shop/.next
  mv -T /srv/shop/.next ${layout.live}`;

const step = (
  colour: Colour,
  name: string,
  section: unknown = {},
  processes = application.processes,
): ReleaseStep => {
  const found = releaseStepsOf(
    plugin,
    exampleContext(sectionSchema.parse(section), environment),
    releaseIn(colour, processes),
  ).find((one) => one.name === name);
  if (!found) throw new Error(`no step ${name}`);
  return found;
};

/** While it is there, what is asked for under /api/slow gets no answer. */
const HOLD = '/run/hold';

/**
 * Serves the API in a colour: answers with the colour and the size of what it got, and echoes
 * lines after an upgrade. Each request has a process of its own, which goes on when the server
 * is stopped.
 */
const SERVER = `
use IO::Socket::INET;
my ($port, $colour, $hold) = @ARGV;
sub pause { select undef, undef, undef, 0.05 }
my $server;
pause() until $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 64, ReuseAddr => 1);
$SIG{CHLD} = 'IGNORE';
while (1) {
  my $client = $server->accept or next;
  next if fork;
  close $server;
  my $head = '';
  while (my $line = <$client>) { $head .= $line; last if $line eq "\\r\\n"; }
  $client->autoflush(1);
  if ($head =~ /upgrade: websocket/i) {
    print $client "HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n";
    while (my $line = <$client>) { print $client "$colour $line"; }
    exit;
  }
  my $body = '';
  read $client, $body, $1 if $head =~ /content-length: ([0-9]+)/i;
  if ($head =~ m{^(GET|POST) /api/slow}) { pause() while -e $hold; }
  my $answer = "$colour " . length $body;
  print $client "HTTP/1.1 200 OK\\r\\nContent-Length: " . length($answer) . "\\r\\nConnection: close\\r\\n\\r\\n$answer";
  exit;
}
`;

const portOfApi = (colour: Colour): ListenAddress => {
  const [, api] = application.processes;
  if (!api) throw new Error('no process');
  const [program] = programsOf({ ...application, processes: [api] }, 1);
  const address = program && addressIn(program, colour);
  if (address === undefined) throw new Error('no port');
  return address;
};

/** Waits until something is so, and fails when it isn't within 20 s. */
const until = (condition: Script): Script => sh`
  left=200
  until ${condition}; do
    if [ "$left" = 0 ]; then
      echo ${`It never came: ${String(condition)}`}
      ss -Htnp
      exit 1
    fi
    left=$((left - 1))
    sleep 0.1
  done`;

/** How many connections nginx has to the API in a colour. */
const connections = (count: number, colour: Colour): Script =>
  sh`[ "$(ss -Htn state established dst ${`127.0.0.1:${String(portOfApi(colour))}`} | wc -l)" = ${count} ]`;

const serve = (colour: Colour): Script => {
  const port = portOfApi(colour);
  const serves = sh`curl -s ${`http://127.0.0.1:${String(port)}/`} | grep -q ${`^${colour} `}`;
  return sh`
    if ! ${serves}; then
      setsid perl -e ${SERVER} ${[port, colour, HOLD]} >/dev/null 2>&1 </dev/null &
      echo $! >${`/run/${colour}.pid`}
      ${until(serves)}
    fi`;
};

const stopServing = (colour: Colour): Script => sh`
  pid=$(cat ${`/run/${colour}.pid`})
  kill "$pid"
  ${until(sh`! kill -0 "$pid" 2>/dev/null`)}`;

/** A connection of its own, and all that comes back. */
class Client {
  static readonly #open = new Set<Client>();

  static endAll(): void {
    for (const client of Client.#open) client.end();
  }

  readonly #socket: Socket;
  #got = '';

  constructor(head: string) {
    Client.#open.add(this);
    this.#socket = connect(80, test.host.address);
    this.#socket.on('data', (data) => (this.#got += data.toString()));
    this.#socket.on('error', (error) => (this.#got += String(error)));
    this.send(`${head}\r\nHost: shop.test\r\n`);
  }

  static async webSocket(): Promise<Client> {
    const client = new Client('GET /api/socket HTTP/1.1');
    client.send('Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    await client.gets('101 Switching Protocols');
    return client;
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  async gets(text: string): Promise<void> {
    await expect.poll(() => this.#got).toContain(text);
  }

  end(): void {
    Client.#open.delete(this);
    this.#socket.destroy();
  }
}

const workers = sh`cat /proc/"$(cat /run/nginx.pid)"/task/*/children`;

/** Until no previous worker takes a request any more. */
const reload = sh`
  before=$(${workers})
  systemctl reload nginx
  for pid in $before; do
    ${until(sh`[ "$(tr -d '\0' 2>/dev/null </proc/"$pid"/cmdline)" != 'nginx: worker process' ]`)}
  done`;
const get = (path: string, ...options: string[]) =>
  run(sh`curl -sS -i ${options} ${`http://127.0.0.1${path}`}`);

describe('nginx on a real host', () => {
  it('answers 404 where nothing is deployed', async () => {
    expect(Object.values(await provision(resources({})))).toEqual(expect.arrayContaining(['done']));
    expect(await provision(resources({}))).toEqual({});
    expect((await get('/')).text).toMatch(/^HTTP\/1.1 404 /);
  });

  it('sends each path to its process, and finds nothing to do then', async () => {
    await succeed(lines(...COLOURS.map((colour) => place(colour)), move('blue')));
    expect(await provision(resources({}))).toEqual({ 'nginx-upstreams:shop-blue': 'done' });
    await succeed(step('green', 'prepare nginx').run);
    expect(await provision(resources({}))).toEqual({});
    // Each process answers with its name, the path as it came, and the headers it got.
    await run(sh`
      printf %s ${`
        log_format none '';
        server { listen 127.0.0.1:3000; location / { add_header Referrer-Policy no-referrer; return 200 "api $request_uri $http_host $http_x_forwarded_for $http_x_forwarded_proto"; } }
        server { listen 127.0.0.1:3101; location / { return 200 "green client"; } }
        server { listen 127.0.0.1:3001; location / { return 200 "client $request_uri upgrade=$http_upgrade connection=$http_connection"; } }
      `} >/etc/nginx/conf.d/processes.conf
      ${reload}`);
    for (const [path, answer] of [
      ['/', 'client / '],
      ['/api', 'api /api shop'],
      ['/api/', 'api /api/ shop'],
      ['/api/a%20b?c=d', 'api /api/a%20b?c=d shop'],
      ['/apix', 'client /apix '],
    ] as const) {
      expect((await get(path, '-H', 'Host: shop.test:8080')).text).toContain(`\r\n\r\n${answer}`);
    }
    expect(
      (await get('/api', '-H', 'Host: shop.test:8080', '-H', 'X-Forwarded-For: 6.6.6.6')).text,
    ).toContain('api /api shop.test:8080 127.0.0.1 http');
    expect(
      (await get('/x', '-H', 'Upgrade: websocket', '-H', 'Connection: upgrade')).text,
    ).toContain('client /x upgrade=websocket connection=upgrade');
    expect((await get('/')).text).toMatch(/client \/ upgrade= connection=close$/);
  });

  it('adds headers where the application sends none, on every path', async () => {
    const api = (await get('/api')).text;
    expect(api).toContain('Referrer-Policy: no-referrer\r\n');
    expect(api.match(/Referrer-Policy/g)).toHaveLength(1);
    for (const path of ['/', '/api', '/.well-known/acme-challenge/none']) {
      const answer = (await get(path)).text;
      expect(answer).toContain('X-Content-Type-Options: nosniff\r\n');
      expect(answer).toContain('X-Frame-Options: SAMEORIGIN\r\n');
      expect(answer).not.toMatch(/Server: nginx\//);
    }
  });

  it('serves challenges, and no other files', async () => {
    await run(
      sh`mkdir -p /var/lib/fairness-deploy-challenges/.well-known/acme-challenge; echo token >/var/lib/fairness-deploy-challenges/.well-known/acme-challenge/t`,
    );
    expect((await get('/.well-known/acme-challenge/t')).text).toContain('token');
    expect((await get('/.well-known/acme-challenge/u')).text).toContain(' 404 ');
  });

  it('answers no name that no site has, and passes on only the name that chose the site', async () => {
    const named = resources({ sites: { shop: { domains: ['shop.test', '*.shop.test'] } } });
    expect(Object.values(await provision(named)).every((end) => end === 'done')).toBe(true);
    expect((await get('/api', '-H', 'Host: a.shop.test')).text).toContain('api /api a.shop.test ');
    expect((await get('/api', '-H', 'Host: evil.test')).text).toContain(' 421 ');
    const two = await run(sh`
      exec 4<&0
      curl -sS -i -x 127.0.0.1:80 -H 'Host: evil.test' http://shop.test/api`);
    expect(two.text).toContain('api /api shop.test ');
    expect(Object.values(await provision(resources({})))).toEqual(['done', 'done']);
    expect((await get('/api', '-H', 'Host: evil.test')).text).toContain('api /api evil.test ');
  });

  it('nginxFile() lives as a resource does', async () => {
    const path = 'conf.d/test.conf';
    await checkResourceContract({
      run,
      resource: nginxFile({ path, configuration: 'server { listen 8081; return 200 one; }\n' }),
      drift: sh`echo 'server { listen 8081; return 200 drift; }' >/etc/nginx/conf.d/test.conf`,
      changed: nginxFile({ path, configuration: 'server { listen 8081; return 200 two; }\n' }),
      absent: nginxFile({ path }, { ensure: 'absent' }),
    });
    expect((await run(sh`curl -s http://127.0.0.1:8081/`)).status).toBe(7);
  });

  it('loads what an interrupted run has put in place', async () => {
    const resource = nginxFile({
      path: 'conf.d/late.conf',
      configuration: 'server { listen 8082; return 200 late; }\n',
    });
    await provision([resource]);
    await run(sh`
      echo 'server { listen 8082; return 200 early; }' >/etc/nginx/conf.d/late.conf
      ${reload}`);
    // As if killed between the rename and the reload.
    await run(sh`echo 'server { listen 8082; return 200 late; }' >/etc/nginx/conf.d/late.conf`);
    expect(await provision([resource])).toEqual({ 'nginx:conf.d/late.conf': 'done' });
    expect((await run(sh`curl -s http://127.0.0.1:8082/`)).text).toBe('late');
  });

  it('refuses a broken file, names it and goes on serving; another site goes live all the same', async () => {
    const broken = nginxFile({
      path: 'sites-enabled/broken.conf',
      configuration: 'server {\n    lissen 80;\n}\n',
    });
    const sound = nginxFile({
      path: 'sites-enabled/sound.conf',
      configuration: 'server { listen 8083; return 200 sound; }\n',
    });
    const before = (await run(workers)).text;
    const first = await provision([broken]);
    expect(first['nginx:sites-enabled/broken.conf']).toContain(
      '/etc/nginx/sites-enabled/broken.conf:2',
    );
    expect((await run(workers)).text).toBe(before);
    expect((await run(sh`ls -A /etc/nginx/sites-enabled /run`)).text).not.toMatch(/broken|fd-/);
    expect(await provision([sound])).toEqual({ 'nginx:sites-enabled/sound.conf': 'done' });
    expect((await run(sh`curl -s http://127.0.0.1:8083/`)).text).toBe('sound');
    expect((await get('/api')).text).toContain('api /api ');
    await provision([nginxFile({ path: 'sites-enabled/sound.conf' }, { ensure: 'absent' })]);
  });

  it('puts a file back that passes the test but that nginx can not use', async () => {
    const path = 'sites-enabled/taken.conf';
    const free = nginxFile({ path, configuration: 'server { listen 8084; return 200 free; }\n' });
    const taken = nginxFile({ path, configuration: 'server { listen 8085; return 200 taken; }\n' });
    await provision([free]);
    await run(
      sh`setsid perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalPort => 8085, Listen => 1) or die; sleep 60' >/dev/null 2>&1 & sleep 0.5`,
    );
    const ended = await provision([taken]);
    expect(ended['nginx:sites-enabled/taken.conf']).toMatch(/8085 failed .*put back/s);
    expect(
      (
        await run(
          sh`cat /etc/nginx/sites-enabled/taken.conf; nginx -t -q; curl -s http://127.0.0.1:8084/`,
        )
      ).text,
    ).toContain('free');
    expect(await provision([free])).toEqual({});
    await provision([nginxFile({ path }, { ensure: 'absent' })]);
  });

  it("names somebody else's broken file, changes its own, and corrects several broken ones of its own", async () => {
    await run(sh`echo 'garbage' >/etc/nginx/sites-enabled/theirs`);
    const own = (answer: string) =>
      ['one', 'two'].map((name, at) =>
        nginxFile({
          path: `sites-enabled/${name}.conf`,
          configuration: `server { listen ${String(8086 + at)}; return 200 ${answer}; }\n`,
        }),
      );
    const ended = await provision(own('a'));
    expect(ended['nginx:sites-enabled/one.conf']).toContain('/etc/nginx/sites-enabled/theirs');
    await run(sh`rm /etc/nginx/sites-enabled/theirs`);
    expect(await provision(own('a'))).toEqual({
      'nginx:sites-enabled/one.conf': 'done',
      'nginx:sites-enabled/two.conf': 'done',
    });
    expect(await provision(own('a'))).toEqual({});
    await run(sh`for name in one two; do echo garbage >/etc/nginx/sites-enabled/$name.conf; done`);
    await provision(own('b'));
    await provision(own('b'));
    expect(await provision(own('b'))).toEqual({});
    expect((await run(sh`curl -s http://127.0.0.1:8086/ http://127.0.0.1:8087/`)).text).toBe('bb');
    for (const name of ['one', 'two'])
      await provision([nginxFile({ path: `sites-enabled/${name}.conf` }, { ensure: 'absent' })]);
  });

  it('checks() report nginx and its sites, and fail when something is wrong', async () => {
    const context = exampleContext(sectionSchema.parse({}), environment);
    const checked = () => runChecks(connection, plugin.checks?.(context));
    const requests = 'ok requests: go to where the processes listen';
    const rest = [
      'ok maintenance page: off',
      'ok site shop: any name, port 80: / → client, /api → api',
    ];
    expect(await checked()).toEqual([
      ...[requests, 'ok nginx: runs, and accepts its configuration'],
      ...rest,
    ]);
    await run(sh`echo garbage >/etc/nginx/sites-enabled/theirs`);
    expect(await checked()).toEqual([
      requests,
      expect.stringMatching(
        /^fail nginx: its configuration is broken, and it would not start again\n.*sites-enabled\/theirs.* → nginx -t$/s,
      ),
      ...rest,
    ]);
    await run(sh`rm /etc/nginx/sites-enabled/theirs; systemctl stop nginx`);
    const stopped = 'fail nginx: does not run → systemctl start nginx; it says why not';
    expect(await checked()).toEqual([requests, stopped, ...rest]);
    expect(await provision(resources({}))).toEqual({ 'service:nginx': 'done' });
  });

  it('loads where the next release listens before it gets traffic, and sends no request elsewhere', async () => {
    // Renamed on another port, removed, and new.
    const next = [
      { ...process('web', 3001, '/'), alternatePort: 3301 },
      process('docs', 3010, '/docs'),
    ];
    expect(
      await provision(
        plugin.resources?.(
          exampleContext(sectionSchema.parse({}), {
            ...environment,
            application: { ...application, processes: next },
          }),
        ) ?? [],
      ),
    ).toEqual({});
    await succeed(sh`
      ${place('green', next)}
      printf %s ${`
        server { listen 127.0.0.1:3301; location / { return 200 "web $request_uri"; } }
        server { listen 127.0.0.1:3110; location / { return 200 "docs $request_uri"; } }
      `} >/etc/nginx/conf.d/next.conf
      ${reload}`);
    const answers = async (): Promise<readonly string[]> =>
      Promise.all(
        ['/', '/api/x', '/docs/a'].map(async (path) =>
          (await run(sh`curl -s ${`http://127.0.0.1${path}`}`)).text
            .split(' ')
            .slice(0, 2)
            .join(' '),
        ),
      );
    const before = await answers();
    expect(before).toEqual(['client /', 'api /api/x', 'client /docs/a']);
    const { run: prepare } = step('green', 'prepare nginx', {}, next);
    await succeed(prepare);
    const own = (await run(workers)).text;
    expect(await answers()).toEqual(before);
    // What is loaded is not loaded again.
    await succeed(prepare);
    expect((await run(workers)).text).toBe(own);
    await succeed(move('green'));
    expect(await answers()).toEqual(['web /', 'web /api/x', 'docs /docs/a']);
    await succeed(move('blue'));
    expect(await answers()).toEqual(before);
    await succeed(sh`
      rm /etc/nginx/conf.d/next.conf
      ${place('green')}
      ${step('green', 'prepare nginx').run}`);
  });

  it('moves no traffic to a release with upstreams that nginx does not accept', async () => {
    const made = `${layout.configuration}/in-green/nginx-green.conf`;
    await succeed(sh`echo 'upstream broken {' >>${made}`);
    expect((await run(step('green', 'prepare nginx').run)).stderr).toMatch(
      /Cannot use \/etc\/nginx\/upstreams\/shop-green\.conf: nginx refuses the configuration/,
    );
    await succeed(sh`nginx -t -q; ! grep broken /etc/nginx/upstreams/shop-green.conf`);
    await succeed(sh`rm ${made}`);
    expect((await run(step('green', 'prepare nginx').run)).stderr).toBe(
      'Cannot move traffic: the release has no configuration for nginx\n  → deploy again\n',
    );
    await succeed(place('green'));
  });

  it('sends the next request to where the link leads, and all to blue without one', async () => {
    await succeed(sh`rm ${layout.live}`);
    expect((await get('/')).text).toContain('\r\n\r\nclient /');
    const { text } = await run(sh`
      for fd_turn in 1 2 3 4 5; do
        ${move('green')}
        curl -s http://127.0.0.1/; echo
        ${move('blue')}
        curl -s http://127.0.0.1/; echo
      done`);
    expect(text).toBe('green client\nclient / upgrade= connection=close\n'.repeat(5));
  });

  it('fails no request while the link moves 20 times', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    const counts = new Map<string, number>();
    const ask = (method: string): Promise<string> =>
      new Promise((resolve) => {
        const asked = request(
          { host: test.host.address, agent, method, path: '/x' },
          (response) => {
            let text = `${String(response.statusCode)} `;
            response.on('data', (data: Buffer) => (text += data.toString()));
            response.on('end', () => {
              resolve(text.replace(/ \/x.*/, ''));
            });
          },
        );
        asked.on('error', (error) => {
          resolve(String(error));
        });
        asked.end(method === 'POST' ? 'x'.repeat(1000) : undefined);
      });
    let moved = false;
    const clients = Array.from({ length: 20 }, async (_, at) => {
      while (!moved) {
        const answer = await ask(at % 2 === 0 ? 'GET' : 'POST');
        counts.set(answer, (counts.get(answer) ?? 0) + 1);
        await delay(100);
      }
    });
    await run(sh`
      for fd_turn in 1 2 3 4 5 6 7 8 9 10; do
        ${move('green')}
        sleep 0.2
        ${move('blue')}
        sleep 0.2
      done`);
    moved = true;
    await Promise.all(clients);
    agent.destroy();
    expect([...counts.keys()].sort()).toEqual(['200 client', '200 green client']);
    expect(counts.get('200 green client')).toBeGreaterThan(100);
  });

  describe('with requests under way', () => {
    // So that a test can be tried again.
    beforeEach(async () => {
      await succeed(sh`
        printf %s ${`
          server { listen 127.0.0.1:3001; return 200 client; }
          server { listen 127.0.0.1:3101; return 200 "green client"; }
        `} >/etc/nginx/conf.d/processes.conf
        ${reload}
        ${serve('blue')}
        ${serve('green')}
        ${move('blue')}`);
    });
    afterEach(async () => {
      Client.endAll();
      await succeed(sh`
        rm -f ${HOLD}
        ${until(connections(0, 'blue'))}
        ${until(connections(0, 'green'))}`);
    });

    const waiting = (count: number): string =>
      notice(`Waiting for ${String(count)} requests that are under way\n`);

    it('lets them stay with their release, and drains it, but not for ever', async () => {
      await succeed(sh`: >${HOLD}`);
      const socket = await Client.webSocket();
      const slow = new Client('GET /api/slow HTTP/1.1');
      slow.send('\r\n');
      await succeed(sh`
        ${until(connections(2, 'blue'))}
        ${move('green')}`);
      expect((await get('/api')).text).toContain('green 0');

      const bounded = await run(step('green', 'drain', { drainTimeout: 1 }).run);
      expect(bounded.text).toBe(`${waiting(2)}Ending 2 requests that are under way after 1 s\n`);

      // Beside the runs that look at it: a connection has one at a time.
      await succeed(sh`
        (
          ${step('green', 'drain').run}
          echo drained
        ) >/run/drained 2>&1 </dev/null &`);
      const says = (text: string): Promise<void> =>
        expect.poll(async () => (await run(sh`cat /run/drained`)).text).toBe(text);
      await says(waiting(2));
      await succeed(sh`rm ${HOLD}`);
      await slow.gets('blue 0');
      await says(waiting(2) + waiting(1));
      socket.send('hello\n');
      await socket.gets('blue hello');
      socket.end();
      slow.end();
      await says(`${waiting(2)}${waiting(1)}drained\n`);
      expect((await run(step('green', 'drain').run)).text).toBe('');
    });

    it('sends a slow upload on to the new release when the old one has been stopped meanwhile', async () => {
      const upload = new Client('POST /api/upload HTTP/1.1');
      upload.send('Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n');
      await upload.gets('100 Continue');
      upload.send('x'.repeat(500));
      await succeed(move('green'));
      // It has no connection yet that draining could see.
      expect((await run(step('green', 'drain').run)).text).toBe('');
      await succeed(stopServing('blue'));
      upload.send('x'.repeat(500));
      await upload.gets('200 OK');
      await upload.gets('green 1000');
    });

    it('sends nothing to the colour without the traffic, though a program listens there', async () => {
      await succeed(stopServing('blue'));
      expect((await get('/api')).text).toMatch(/^HTTP\/1.1 502 /);
      const upload = new Client('POST /api/upload HTTP/1.1');
      upload.send('Content-Length: 4\r\n\r\nabcd');
      await upload.gets('502 Bad Gateway');
      await succeed(serve('blue'));
      expect((await get('/api')).text).toContain('blue 0');
    });

    it('sends what a release was cut off in to the next one, unless it must not come twice', async () => {
      await succeed(sh`: >${HOLD}`);
      const read = new Client('GET /api/slow HTTP/1.1');
      read.send('\r\n');
      const write = new Client('POST /api/slow HTTP/1.1');
      write.send('Content-Length: 4\r\n\r\nabcd');
      await succeed(sh`
        ${until(connections(2, 'blue'))}
        ${move('green')}
        pkill -9 -f ' blue /run/hold'
        rm ${HOLD}`);
      await read.gets('green 0');
      await write.gets('502 Bad Gateway');
      await succeed(serve('blue'));
    });

    it('waits for those to a release that is undone, once traffic is back', async () => {
      const result = await runReleaseSteps(connection, [
        { phase: 'activate', name: 'switch', run: move('green'), undo: move('blue') },
        step('green', 'prepare nginx'),
        {
          phase: 'confirm',
          name: 'fail',
          run: sh`
            : >${HOLD}
            setsid curl -s http://127.0.0.1/api/slow >/run/slow 2>&1 </dev/null &
            ${until(connections(1, 'green'))}
            # Until draining has seen it.
            (
              ${until(sh`grep -q 'Waiting for 1' "$FD_JOB/log"`)}
              rm ${HOLD}
            ) >/dev/null 2>&1 &
            false`,
        },
      ]);
      expect(result.steps.map(({ name, status, undo }) => [name, status, undo?.output])).toEqual([
        // A job's log has the mark that people see.
        ['prepare nginx', 'done', 'fairness-deploy: Waiting for 1 requests that are under way\n'],
        ['switch', 'done', ''],
        ['fail', 'failed', undefined],
      ]);
      expect((await run(sh`cat /run/slow`)).text).toBe('green 0');
      expect((await get('/api')).text).toContain('blue 0');
    });
  });

  it('confirms what it serves, and says what it does not', async () => {
    const confirm = step('green', 'confirm through nginx').run;
    expect(await run(confirm)).toMatchObject({ status: 0, stderr: '' });
    await run(sh`
      sed -i 's/server {/server { if ($host = localhost) { return 400; }/' /etc/nginx/conf.d/processes.conf
      ${reload}`);
    expect(await run(confirm)).toMatchObject({
      status: 1,
      stderr:
        "Cannot confirm client at / of the site shop: asked through nginx, http://127.0.0.1:80/ (Host: localhost) answers 400, not 200\n  → the application may refuse this name, or redirect it; add the name to those that it accepts. See: curl -i -H 'Host: localhost' 'http://127.0.0.1:80/'\n",
    });
    await run(sh`
      rm /etc/nginx/conf.d/processes.conf
      ${reload}`);
    expect(await run(confirm)).toMatchObject({
      status: 1,
      stderr:
        'Cannot confirm client at / of the site shop: asked through nginx, http://127.0.0.1:80/ (Host: localhost) answers 502, not 200\n  → see: tail /var/log/nginx/error.log\n',
    });
    const { run: check } = step('green', 'prepare nginx');
    expect(await run(check)).toMatchObject({ status: 0, stderr: '' });
    await run(sh`chmod 700 /srv/shop`);
    expect((await run(check)).stderr).toBe(
      'Cannot move traffic: www-data, as whom nginx works, does not see /srv/shop/colours/green/green\n  → give it the right to pass through its folders: namei -l /srv/shop/colours/green/green\n',
    );
    await run(sh`chmod 755 /srv/shop; systemctl stop nginx`);
    expect((await run(check)).stderr).toContain(
      'nginx does not run\n  → see: systemctl status nginx',
    );
    await run(sh`systemctl start nginx`);
  });

  it('reports, and repairs, upstreams of the live release that were changed or not loaded', async () => {
    await succeed(move('green'));
    const checked = () =>
      runChecks(connection, plugin.checks?.(exampleContext(sectionSchema.parse({}), environment)));
    const wrong =
      'fail requests: nginx has not loaded where the live release listens (green) → provision';
    const gone = (path: string) =>
      `fail requests: the file of where the live release listens is gone: ${path} → provision`;
    expect(await checked()).toContain('ok requests: go to where the processes listen');
    const file = '/etc/nginx/upstreams/shop-green.conf';
    for (const [change, finding] of [
      [sh`sed -i 's/:3100 /:3600 /' ${file}`, wrong],
      // As if killed between the rename and the reload.
      [sh`cp ${file} ${file}.new; mv ${file}.new ${file}`, wrong],
      [sh`rm ${file}`, gone(file)],
    ] as const) {
      await succeed(change);
      expect(await checked()).toContain(finding);
      expect(await provision(resources({}))).toEqual({ 'nginx-upstreams:shop-green': 'done' });
      expect(await checked()).toContain('ok requests: go to where the processes listen');
    }
    await succeed(move('blue'));
  });

  it('quoteWord() hands any text over unchanged', async () => {
    const values = fc.sample(
      fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !/[\0$]/.test(text)),
      200,
    );
    const path = 'conf.d/quoting.conf';
    const locations = values.map(
      (value, at) => `location = /${String(at)} { return 200 ${quoteWord(value)}; }`,
    );
    const resource = nginxFile({
      path,
      configuration: `server { listen 8090;\n${locations.join('\n')}\n}\n`,
    });
    expect(await provision([resource])).toEqual({ [resource.address]: 'done' });
    const { stdout } = await run(sh`
      for at in $(seq 0 ${values.length - 1}); do curl -s "http://127.0.0.1:8090/$at"; printf '\0'; done`);
    expect(stdout.toString().split('\0').slice(0, -1)).toEqual(values);
    await provision([nginxFile({ path }, { ensure: 'absent' })]);
  });

  it('accepts the sites of any domains and routes', async () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
    const domains = fc.sample(
      fc.uniqueArray(
        fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => `${labels.join('.')}.test`),
        { minLength: 1, maxLength: 50 },
      ),
      1,
    );
    const section = sectionSchema.parse({ sites: { many: { domains: domains[0] } } });
    const site = section.sites?.['many'];
    if (!site) throw new Error('no site');
    const odd = { ...application, name: 'odd' };
    const processes = ['/~a/b%20c/@+-/', '/100%', '/%24%22%5C%7B%3B'].map((route, at) =>
      process(`odd-${String(at)}`, 4000 + at, route),
    );
    const programs = programsOf({ ...odd, processes }, 1);
    const routes = routesOf({ ...odd, processes }, {});
    expect(
      await provision([
        ...COLOURS.map((colour) =>
          nginxFile({
            path: `upstreams/odd-${colour}.conf`,
            configuration: upstreams(odd, { programs, routes, sites: ['many'] }, colour),
          }),
        ),
        nginxFile({
          path: 'sites-enabled/many.conf',
          configuration: siteConfiguration(
            { application: odd, section, folder: __dirname },
            'many',
            site,
          ),
        }),
      ]),
    ).toEqual({
      'nginx:upstreams/odd-blue.conf': 'done',
      'nginx:upstreams/odd-green.conf': 'done',
      'nginx:sites-enabled/many.conf': 'done',
    });
  });
});
