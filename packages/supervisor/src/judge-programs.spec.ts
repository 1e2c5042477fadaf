import { describe, expect, it } from 'vitest';
import { judgePrograms } from './judge-programs.js';
import { application } from './testing/environment.js';

/** What the check finds where `api` is as the lines say and `client` is well. */
const find = (...lines: readonly string[]) =>
  judgePrograms(
    [
      'live green',
      'program shop-green:client RUNNING 7 1795863004 uptime 0:00:10',
      'wanted shop-green:api /var/log/shop/api-green.log 3100',
      'wanted shop-green:client /var/log/shop/client-green.log 3101',
      'folder shop-green:client /srv/shop/releases/r2/apps/client',
      'listens shop-green:client',
      ...lines,
      'now 1796119500 +0000',
    ]
      .map((line) => `${line}\n`)
      .join(''),
    application,
  ).map(
    ({ level, name, text, hint }) =>
      `${level} ${name}: ${text}${hint === undefined ? '' : ` → ${hint}`}`,
  );

const CLIENT = 'ok client: RUNNING, uptime 0:00:10, release r2';
const API = [
  'program shop-green:api RUNNING 8 1796119490 uptime 0:00:10',
  'folder shop-green:api /srv/shop/releases/r2',
  'listens shop-green:api',
];

describe('judgePrograms()', () => {
  it.each([
    [
      'unknown',
      [],
      'fail api: unknown to Supervisor, which has no program shop-green:api → provision',
    ],
    [
      'ended, with the last thing that it said',
      [
        'program shop-green:api FATAL 0 1795863004 Exited too quickly',
        'now 1796115720 +0100',
        "log 2026-12-01 10:00:09,001 INFO spawned: 'api' with pid 8",
        'log 2026-12-01 10:00:09,200 WARN exited: api (exit status 1; not expected)',
        'said shop-green:api Error: connect ECONNREFUSED 10.0.0.5:5432',
        'said shop-green:api     at main.js:1',
        'held shop-green:api 44 eve python3 -m',
      ],
      'fail api: FATAL, Exited too quickly; it ends with exit status 1, last at 2026-12-01T09:00:09Z: "Error: connect ECONNREFUSED 10.0.0.5:5432"; 3100 is taken by process 44 (python3 -m) of eve → provision starts it',
    ],
    [
      'tried again',
      ['program shop-green:api BACKOFF 0 1795863004 Exited too quickly'],
      'fail api: BACKOFF, Exited too quickly → Supervisor tries again later; to start it now: provision',
    ],
    [
      'without its folder',
      [
        'program shop-green:api RUNNING 8 1795863004 uptime 0:00:10',
        'folder shop-green:api /srv/shop/releases/r1 (deleted)',
        'gone shop-green:api',
        'listens shop-green:api',
      ],
      'fail api: RUNNING, uptime 0:00:10, release r1, but its folder is gone → deploy again',
    ],
    [
      'deaf',
      API.slice(0, 2),
      'fail api: RUNNING, uptime 0:00:10, release r2, but it does not listen on 3100 → see /var/log/shop/api-green.log',
    ],
  ])('reports a process that is %s', (_, lines, finding) => {
    expect(find(...lines)).toEqual([finding, CLIENT]);
  });

  it.each([
    [
      'does not answer its health check',
      ['answers shop-green:api 503 0.0123 /health'],
      'fail api: RUNNING, uptime 0:00:10, release r2, but its health check /health answers 503, not 200 → see: logs --source api',
    ],
    [
      'is well',
      ['memory shop-green:api 2048', 'answers shop-green:api 200 0.0123 /health'],
      'ok api: RUNNING, uptime 0:00:10, 2.1 MB, release r2, port 3100; /health answers in 12 ms',
    ],
    [
      'was started again',
      [
        "log 2026-12-01 10:00:08,001 INFO spawned: 'api' with pid 7",
        'log 2026-12-01 10:00:08,500 WARN exited: api (terminated by SIGKILL; not expected)',
        "log 2026-12-01 10:00:09,001 INFO spawned: 'api' with pid 8",
      ],
      'warn api: RUNNING, uptime 0:00:10, release r2; Supervisor has started it again: it ended, last at 2026-12-01T10:00:08Z with terminated by SIGKILL → see: logs --source api',
    ],
    [
      'ends again and again',
      [
        ...[1, 2, 3].flatMap((at) => [
          `log 2026-12-01 10:0${String(at)}:00,001 INFO spawned: 'api' with pid ${String(at)}`,
          `log 2026-12-01 10:0${String(at)}:05,001 WARN exited: api (exit status 1; not expected)`,
        ]),
        "log 2026-12-01 10:04:00,001 INFO spawned: 'api' with pid 8",
      ],
      'fail api: it ends again and again: it ended 3 times, 3 of them within 10 minutes, last at 2026-12-01T10:03:05Z with exit status 1; RUNNING, uptime 0:00:10, release r2 → see /var/log/shop/api-green.log',
    ],
  ])('reports a process that %s', (_, lines, finding) => {
    expect(find(...API, ...lines)).toEqual([finding, CLIENT]);
  });

  it('takes a process for well again that has run for longer than it ever did before its ends', () => {
    const lines = [
      ...API.slice(1),
      ...[1, 2, 3].flatMap((at) => [
        `log 2026-12-01 10:04:0${String(at)},001 INFO spawned: 'api' with pid ${String(at)}`,
        `log 2026-12-01 10:04:0${String(at)},901 WARN exited: api (exit status 1; not expected)`,
      ]),
      "log 2026-12-01 10:04:04,001 INFO spawned: 'api' with pid 8",
      'program shop-green:api RUNNING 8 1796119444 uptime 0:00:56',
    ];
    expect(find(...lines)[0]).toMatch(
      /^warn api: RUNNING, uptime 0:00:56, release r2; Supervisor has started it again: it ended 3 times/,
    );
  });

  it('expects no worker to listen', () => {
    const worker = [
      'wanted shop-green-workers:jobs /var/log/shop/jobs-green.log ',
      'program shop-green-workers:jobs RUNNING 9 1795863004 uptime 0:00:09',
      'folder shop-green-workers:jobs /srv/shop/releases/r2',
    ];
    expect(find(...API, ...worker)).toEqual([
      'ok api: RUNNING, uptime 0:00:10, release r2',
      CLIENT,
      'ok jobs: RUNNING, uptime 0:00:09, release r2',
    ]);
  });

  it('names whatever runs and is not in the live release', () => {
    const old = [
      'program shop-blue:api RUNNING 8 1795863004 uptime 0:10:10',
      'folder shop-blue:api /srv/shop/releases/r1',
      'program shop-blue:client STOPPED 0 0 Not started',
      'program shop-green-workers:old RUNNING 9 1795863004 uptime 0:20:00',
    ];
    expect(find(...API, ...old)).toEqual([
      'ok api: RUNNING, uptime 0:00:10, release r2',
      CLIENT,
      'warn api, not live: RUNNING, uptime 0:10:10, release r1: a deployment runs, or was cut off and has left it → if no deployment runs: supervisorctl stop shop-blue:api',
      'warn old, not live: RUNNING, uptime 0:20:00: the live release has no such program → if no deployment runs: supervisorctl stop shop-green-workers:old',
    ]);
  });
});
