import { describe, expect, it } from 'vitest';
import { programCheck } from './program-check.js';
import { application } from './testing/environment.js';

/** What the check finds where `api` is as the lines say and `client` is well. */
const find = (...lines: readonly string[]) =>
  programCheck(application, 1)
    .judge(
      [
        'live green',
        'program shop-client:blue STOPPED 0 0 ',
        'program shop-client:green RUNNING 7 1795863004 uptime 0:00:10',
        'folder shop-client:green /srv/shop/releases/r2/apps/client',
        'listens shop-client:green',
        ...lines,
      ]
        .map((line) => `${line}\n`)
        .join(''),
    )
    .map(
      ({ level, name, text, hint }) =>
        `${level} ${name}: ${text}${hint === undefined ? '' : ` → ${hint}`}`,
    );

const CLIENT = 'ok client: RUNNING, uptime 0:00:10, release r2';

describe('programCheck()', () => {
  it.each([
    ['unknown', [], 'fail api: unknown to Supervisor, which has no group shop-api → provision'],
    [
      'ended, with the last thing that it said',
      [
        'program shop-api:green FATAL 0 1795863004 Exited too quickly',
        'said shop-api:green Error: no db',
      ],
      'fail api: FATAL, Exited too quickly\nError: no db → provision starts it',
    ],
    [
      'tried again',
      ['program shop-api:green BACKOFF 0 1795863004 Exited too quickly'],
      'fail api: BACKOFF, Exited too quickly → Supervisor tries again later; to start it now: provision',
    ],
    [
      'without its folder',
      [
        'program shop-api:green RUNNING 8 1795863004 uptime 0:00:10',
        'folder shop-api:green /srv/shop/releases/r1 (deleted)',
        'gone shop-api:green',
        'listens shop-api:green',
      ],
      'fail api: RUNNING, uptime 0:00:10, release r1, but its folder is gone → deploy again',
    ],
    [
      'deaf',
      [
        'program shop-api:green RUNNING 8 1795863004 uptime 0:00:10',
        'folder shop-api:green /srv/shop/releases/r2',
      ],
      'fail api: RUNNING, uptime 0:00:10, release r2, but it does not listen on 3100 → see /var/log/shop/api-green.log',
    ],
  ])('reports a process that is %s', (_, lines, finding) => {
    expect(find(...lines)).toEqual([finding, CLIENT]);
  });

  it('reports a process without traffic', () => {
    const program = (colour: string, release: string) => [
      `program shop-api:${colour} RUNNING 8 1795863004 uptime 0:00:10`,
      `folder shop-api:${colour} /srv/shop/releases/${release}`,
      `listens shop-api:${colour}`,
    ];
    expect(find(...program('blue', 'r1'), ...program('green', 'r2'))).toEqual([
      'ok api, idle: RUNNING, uptime 0:00:10, release r1, without traffic',
      'ok api: RUNNING, uptime 0:00:10, release r2',
      CLIENT,
    ]);
  });
});
