import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../application/layout.js';
import { application } from '../testing/application.js';
import { judgeBranch } from './branch-check.js';
import { inspectLive, judgeLive } from './inspect-live.js';

const runtime = { node: '24.11.1' };
const say = (output: string): readonly string[] =>
  judgeLive(output, { runtime }, application).map(({ level, name, text, evidence = [] }) =>
    [`${level} ${name}: ${text}`, ...evidence].join('\n'),
  );

it('inspectLive() is a script without fault', async () => {
  await checkShell(inspectLive(layoutOf(application), application));
});

describe('judgeLive()', () => {
  it.each([
    [[], 'node v24.11.1\n'],
    [
      ['fail runtime: Node.js 24.11.1, on which the live release runs, is gone or broken'],
      'node \n',
    ],
    [
      [
        'fail runtime: the live release was built for Node.js 24.11.1, and the host has 18.1.0 in its place',
      ],
      'node v18.1.0\n',
    ],
    [
      ['fail release files: files of the live release are gone\n/srv/shop/releases/x'],
      'missing /srv/shop/releases/x\nnode v24.11.1\n',
    ],
    [
      [
        `fail release permissions: the user ${application.user} cannot use the live release\n/srv/shop/releases/x`,
      ],
      'denied /srv/shop/releases/x\ndenied /srv/shop/releases/x\nnode v24.11.1\n',
    ],
    [
      [
        'fail release settings: files that the live release starts with were changed by hand after its deployment\n/e',
        'fail release code: files of the live release were changed by hand after its deployment\na.js\nb.js\nc.js\nd.js\ne.js\n… and 1 more',
      ],
      `changed /e\n${['a', 'b', 'c', 'd', 'e', 'f'].map((one) => `edited ${one}.js\n`).join('')}node v24.11.1\n`,
    ],
  ])('says %j', (texts, output) => {
    expect(say(output)).toEqual(texts);
  });

  it('expects no Node.js of a release without it', () => {
    expect(judgeLive('node \n', {}, application)).toEqual([]);
  });
});

describe('judgeBranch()', () => {
  const newest = { revision: 'main', commit: 'a'.repeat(40), subject: 'Sell more' };
  const live = (commit: string) => [
    { name: 'release', level: 'ok' as const, text: '', data: { commit } },
  ];

  it('compares with the live release, if there is one', () => {
    expect(judgeBranch([], newest, 'prod')).toEqual([]);
    expect(judgeBranch(live(newest.commit), newest, 'prod')).toMatchObject([{ level: 'ok' }]);
    expect(judgeBranch(live('b'.repeat(40)), newest, 'prod')).toMatchObject([
      { level: 'warn', text: 'main is at aaaaaaaaaa "Sell more", and bbbbbbbbbb is live' },
    ]);
  });
});
