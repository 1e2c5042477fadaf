import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sh, type Script } from '@fairness-deploy/shell';
import { excerpt } from '@fairness-deploy/shell/text';
import { checkShell, saying } from '@fairness-deploy/shell/testing';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  parseSystem,
  PRINT_SYSTEM,
  RELEASE_FACT,
  releaseOf,
  requireSupported,
  unlessSupported,
} from './host-system.js';
import { RELEASES } from './releases.js';

const DEBIAN = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
`;
const UBUNTU = `PRETTY_NAME="Ubuntu 24.04.1 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=noble
`;
const ALPINE = `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.20.3
PRETTY_NAME="Alpine Linux v3.20"
`;
const SID = `PRETTY_NAME="Debian GNU/Linux forky/sid"
NAME="Debian GNU/Linux"
VERSION_CODENAME=forky
ID=debian
`;

/** What a script prints on a host with an os-release(5). */
function printed(script: Script, release: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'os-release-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  if (release !== undefined) writeFileSync(join(folder, 'os-release'), release);
  const text = script
    .reveal()
    .replaceAll(/\/(?:etc|usr\/lib)\/os-release/g, `${folder}/os-release`);
  return execFileSync('dash', ['-euc', text], { encoding: 'utf8' });
}

const SYSTEMS: readonly (readonly [string, string | undefined, string | undefined])[] = [
  ['Debian 12', DEBIAN, 'bookworm'],
  ['Ubuntu 24.04', UBUNTU, 'noble'],
  ['Alpine', ALPINE, undefined],
  ['sid', SID, undefined],
  ['a derivative', `${DEBIAN}ID=devuan\n`, undefined],
  ['quotes of the other kind', "ID='debian'\nVERSION_ID='13'\n", 'trixie'],
  ['a last line without an end', 'VERSION_ID="11"\nID=debian', 'bullseye'],
  ['nothing', '', undefined],
  ['no file', undefined, undefined],
  ['a command', 'ID=$(echo debian)\nVERSION_ID=`echo 12`\n', undefined],
];

describe.each(SYSTEMS)('a host with %s', (_, text, codename) => {
  it(`has the release ${String(codename)}, however it is read`, () => {
    expect(parseSystem(printed(PRINT_SYSTEM, text)).release?.codename).toBe(codename);
    expect(releaseOf(printed(RELEASE_FACT, text))?.codename).toBe(codename);
    expect(printed(unlessSupported(sh`echo refused`), text)).toBe(
      codename === undefined ? 'refused\n' : '',
    );
  });
});

it.each([...RELEASES])('$name is supported', ({ id, version, codename }) => {
  const text = `ID=${id}\nVERSION_ID="${version}"\n`;
  expect(parseSystem(text).release?.codename).toBe(codename);
  expect(releaseOf(printed(RELEASE_FACT, text))?.codename).toBe(codename);
});

it('the scripts are POSIX', async () => {
  for (const script of [PRINT_SYSTEM, RELEASE_FACT, unlessSupported(sh`exit 1`)]) {
    await checkShell(script);
  }
});

describe('requireSupported()', () => {
  it.each([
    [ALPINE, 'it runs Alpine Linux v3.20, which is not supported'],
    [SID, 'it runs Debian GNU/Linux forky/sid, which is not supported'],
    ['ID=arch\n', 'it runs arch, which is not supported'],
    ['NAME=Fedora\nVERSION_ID=41\n', 'it runs Fedora 41, which is not supported'],
    ['', 'its system is unknown, as it has no /etc/os-release'],
    ['PRETTY_NAME="\u001b[2J\u202eevil"\n', 'it runs evil, which is not supported'],
  ])('refuses %j', (text, why) => {
    expect(() => requireSupported('provision', 'web', parseSystem(text))).toThrow(
      saying(
        `Cannot provision host "web": ${why}. Nothing was changed\n  → use a host with one of these: Debian 11, 12, 13; Ubuntu 22.04, 24.04`,
      ),
    );
  });
});

it('parseSystem() keeps little of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
      const { name = '' } = parseSystem(`PRETTY_NAME=${text}`);
      expect(name.length).toBeLessThanOrEqual(300);
      expect(name).toBe(excerpt(name));
    }),
  );
});
