import { describe, expect, it } from 'vitest';
import { application } from '../testing/application.js';
import { entryOf, lineOf } from '../testing/entry.js';
import { releaseCheck } from './release-check.js';

const ONE = '20261123-101502-3f2a1bc';
const TWO = '20261124-101502-3f2a1bc';
const finished = '2026-11-24T10:15:30Z';

/** What is printed of a host with two good releases, of which the second is live. */
const LIVE = [
  'live colours/green',
  `colour green ../../releases/${TWO}`,
  `release ${ONE}`,
  `release ${TWO}`,
];
const HISTORY = [ONE, TWO].map((release) => `history ${lineOf(entryOf({ release, finished }))}`);
const find = (...lines: readonly string[]) => {
  const [finding] = releaseCheck(application).judge(lines.map((line) => `${line}\n`).join(''));
  const { level = '', text = '', hint } = finding ?? {};
  return `${level}: ${text}${hint === undefined ? '' : ` → ${hint}`}`;
};
const { user, home } = application;
const commit = entryOf({}).commit;

describe('releaseCheck()', () => {
  it.each([
    ['before the first deployment', [], 'ok: nothing is deployed yet'],
    [
      'of a good release',
      [...LIVE, ...HISTORY],
      `ok: ${TWO} is live, of commit ${commit.slice(0, 10)} "A greeting" by Ana Gomes; deployed by ana at ${finished}, in green; kept: ${ONE}`,
    ],
    [
      'of a release with Node.js and a package manager',
      [
        ...LIVE,
        `history ${lineOf(entryOf({ release: TWO, finished, runtime: { node: '24.11.1', manager: { name: 'pnpm', version: '10.12.1' } } }))}`,
      ],
      `ok: ${TWO} is live, of commit ${commit.slice(0, 10)} "A greeting" by Ana Gomes; deployed by ana at ${finished}, in green, on Node.js 24.11.1, pnpm 10.12.1; kept: no other`,
    ],
    [
      'of the only release',
      [...LIVE.filter((line) => line !== `release ${ONE}`), ...HISTORY],
      `ok: ${TWO} is live, of commit ${commit.slice(0, 10)} "A greeting" by Ana Gomes; deployed by ana at ${finished}, in green; kept: no other`,
    ],
    [
      'of a deployment that was cut off',
      [...LIVE, ...HISTORY.slice(0, 1)],
      `fail: ${TWO} is live, and its deployment was cut off; kept: ${ONE} → deploy again`,
    ],
    [
      'of a link to somewhere else',
      ['live /srv/old/current', ...LIVE.slice(1), ...HISTORY],
      `fail: the link ${home}/live leads elsewhere: to /srv/old/current, and from there to nothing → deploy again, which makes it anew`,
    ],
    [
      'of a colour that leads to somewhere else',
      ['live colours/blue', 'colour blue /srv/old'],
      `fail: the link ${home}/live leads elsewhere: to colours/blue, and from there to /srv/old → deploy again, which makes it anew`,
    ],
    [
      'of a release that is live elsewhere',
      ['recorded shop /srv/old shop'],
      `fail: a release is live as the user shop in /srv/old shop, and the environment has the user ${user} in ${home} → see: plan`,
    ],
  ])('tells %s', (_, lines, finding) => {
    expect(find(...lines)).toBe(finding);
  });

  it('has the same for machines', () => {
    const output = [...LIVE, ...HISTORY].map((line) => `${line}\n`).join('');
    expect(releaseCheck(application).judge(output)[0]?.data).toEqual({
      ...{ subject: 'A greeting', author: 'Ana Gomes', who: 'ana' },
      ...{ release: TWO, commit, since: finished, colour: 'green', kept: [ONE] },
    });
  });
});
