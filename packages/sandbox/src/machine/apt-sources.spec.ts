import { expect, it } from 'vitest';
import { parseAptSources, renderSourcesList, sourcesOf } from './apt-sources.js';

const targets = [
  'https://mirror.example/debian/|bookworm|main|Debian',
  'https://mirror.example/debian|bookworm|contrib|Debian',
  'http://mirror.example/debian/|bookworm-updates|main|',
  'http://security.example/debian-security/|bookworm-security|main|$(ORIGIN)',
  'https://vendor.example/apt/|bookworm|stable|Vendor',
  'https://vendor.example/php/|bookworm|main|Vendor',
  'http://mirror.example/debian/|trixie|main|Debian',
  '',
].join('\n');

it('parseAptSources() takes the sources of that release that are Debian’s own', () => {
  expect(
    parseAptSources(targets, 'bookworm').map(({ uri, suite, component }) => [
      uri,
      suite,
      component,
    ]),
  ).toEqual([
    ['https://mirror.example/debian/', 'bookworm', 'main'],
    ['https://mirror.example/debian/', 'bookworm', 'contrib'],
    ['http://mirror.example/debian/', 'bookworm-updates', 'main'],
    ['http://security.example/debian-security/', 'bookworm-security', 'main'],
  ]);
});

it('renderSourcesList() writes a line for each suite, over plain HTTP', () => {
  expect(renderSourcesList(parseAptSources(targets, 'bookworm'))).toBe(
    [
      'deb http://mirror.example/debian/ bookworm main contrib',
      'deb http://mirror.example/debian/ bookworm-updates main',
      'deb http://security.example/debian-security/ bookworm-security main',
      '',
    ].join('\n'),
  );
});

it('sourcesOf() has the suites of another release', () => {
  const own = parseAptSources(targets, 'bookworm');
  const suites = sourcesOf('trixie', own, 'bookworm').map(({ suite }) => suite);
  expect(suites).toEqual(['trixie', 'trixie', 'trixie-updates', 'trixie-security']);
});
