import { aptPackages } from '@fairness-deploy/core/resources';
import { type Environment } from '@fairness-deploy/core';
import { addressIn, colourFolder, layoutOf } from '@fairness-deploy/release';
import { notice, sh, type Connection, type Script } from '@fairness-deploy/shell';
import {
  applyResources,
  exampleApplication,
  exampleContext,
  exampleProcess,
  runScript,
} from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleRelease, linkTo, releaseStepsOf } from '@fairness-deploy/release/testing';
import { plugin } from './nginx-plugin.js';
import { sectionSchema } from './section/section.js';
import { bare } from './testing/environment.js';
import { placeRelease } from './testing/place-release.js';

const api = exampleProcess({ name: 'api', listen: 'socket', route: '/' });
const application = exampleApplication({ processes: [api] });
const environment: Environment = { ...bare, application };
const layout = layoutOf(application);
const release = exampleRelease(application);
const [program] = release.programs;
const socket = String(program && addressIn(program, 'green'));

let test: TestHost;
let connection: Connection;

/** What nginx does not hang up on while it is there. */
const HOLD = '/run/hold';

/** Answers each request with `well`; what asks for /slow, once there is no HOLD any more. */
const SERVER = `
use IO::Socket::UNIX;
my ($path, $hold) = @ARGV;
umask 002;
my $server = IO::Socket::UNIX->new(Local => $path, Listen => 64) or die "$!";
$SIG{CHLD} = 'IGNORE';
while (1) {
  my $client = $server->accept or next;
  next if fork;
  my $head = '';
  while (my $line = <$client>) { $head .= $line; last if $line eq "\\r\\n"; }
  if ($head =~ m{^GET /slow}) { select undef, undef, undef, 0.05 while -e $hold; }
  print $client "HTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\nConnection: close\\r\\n\\r\\nwell";
  exit;
}
`;

const run = (script: Script) => runScript(connection, script);
const succeed = async (script: Script): Promise<string> => {
  const { status, text, stderr } = await run(script);
  if (status !== 0) throw new Error(stderr + text);
  return text;
};
const as = (user: string, words: readonly string[]): Script =>
  sh`setpriv --reuid ${user} --regid ${user} --init-groups -- ${words}`;

beforeAll(async () => {
  test = await startTestHost('nginx-socket');
  connection = await test.connect();
  await succeed(aptPackages({ names: ['nginx', 'curl'] }).plan('')?.apply ?? sh`false`);
  // What the sections of the application do.
  await succeed(sh`
    useradd --system --home-dir ${layout.home} shop
    useradd --create-home mallory
    mkdir -p ${layout.sockets}
    ${placeRelease(exampleContext({}, environment), layout, release, 'green')}
    ln -s colours/green ${layout.live}
    chown shop:www-data ${layout.sockets}
    chmod 2750 ${layout.sockets}
    ${as('shop', ['perl', '-e', SERVER, socket, HOLD])} >/dev/null 2>&1 </dev/null &
    until [ -S ${socket} ]; do sleep 0.1; done`);
  const section = sectionSchema.parse({});
  const ends = await applyResources(
    connection,
    plugin.resources?.(exampleContext(section, environment)) ?? [],
  );
  expect(new Set(Object.values(ends))).toEqual(new Set(['done']));
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

describe('a process that listens on a socket', () => {
  it('is reached by nginx, and by no other user', async () => {
    expect(await succeed(sh`curl -sS http://127.0.0.1/`)).toBe('well');
    for (const words of [
      ['curl', '-sS', '--unix-socket', socket, 'http://localhost/'],
      ['rm', '-f', socket],
      ['touch', `${layout.sockets}/other`],
    ]) {
      expect((await run(as('mallory', words))).status).not.toBe(0);
    }
    expect(await succeed(sh`curl -sS http://127.0.0.1/`)).toBe('well');
  });

  it("is drained of nginx's requests, and not of those of other programs", async () => {
    const next = { ...release, path: `${layout.releases}/20261124-101502-3f2a1bc` };
    const drain = releaseStepsOf(
      plugin,
      exampleContext(sectionSchema.parse({ drainTimeout: 60 }), environment),
      next,
    ).find(({ name }) => name === 'drain')?.run;
    if (!drain) throw new Error('no step drain');
    await succeed(sh`
      : >${HOLD}
      ln -s ${linkTo(layout, next)} ${colourFolder(layout, 'blue')}/release
      ${as('shop', ['curl', '-sS', '--unix-socket', socket, 'http://localhost/slow'])} >/run/own 2>&1 </dev/null &
      until [ "$(ss -Hx state connected ${`( src ${socket} )`} | wc -l)" = 1 ]; do sleep 0.1; done`);
    expect(await succeed(drain)).toBe('');

    await succeed(sh`
      curl -sS http://127.0.0.1/slow >/run/through-nginx 2>&1 </dev/null &
      until [ "$(ss -Hx state connected ${`( src ${socket} )`} | wc -l)" = 2 ]; do sleep 0.1; done
      (
        ${drain}
        echo drained
      ) >/run/drained 2>&1 </dev/null &`);
    const said = async (): Promise<string> => succeed(sh`cat /run/drained`);
    const waiting = notice('Waiting for 1 requests that are under way\n');
    await expect.poll(said).toBe(waiting);
    await succeed(sh`rm ${HOLD}`);
    await expect.poll(said).toBe(`${waiting}drained\n`);
  });
});
