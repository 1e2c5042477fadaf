import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import {
  byColour,
  COLOURS,
  colourFolder,
  findColour,
  findLive,
  linkTo,
  noteColour,
} from './colour.js';
import { layoutOf, type Layout } from './layout.js';
import type { Release } from './release.js';

let layout: Layout;
beforeEach(() => {
  const home = join(mkdtempSync(join(tmpdir(), 'fd-colour-')), "it's home");
  layout = layoutOf({ name: 'shop', home });
  for (const colour of COLOURS) mkdirSync(colourFolder(layout, colour), { recursive: true });
});
afterEach(() => {
  rmSync(join(layout.home, '..'), { recursive: true });
});

const releaseOf = (id: string, directory = ''): Release => ({
  id,
  commit: 'c',
  path: `${layout.releases}/${id}${directory}`,
  variablesFile: `${layout.variables}/${id}`,
  programs: [],
});

/** Puts a link where the colours have theirs. */
const place = (colour: (typeof COLOURS)[number], target: string): void => {
  symlinkSync(target, `${colourFolder(layout, colour)}/release`);
};

async function printed(script: Script): Promise<string> {
  await checkShell(script);
  // Whatever folder it is run in.
  return execFileSync('dash', ['-eus'], { input: script.reveal(), encoding: 'utf8', cwd: '/' });
}

describe('findLive()', () => {
  const found = (): Promise<string> =>
    printed(lines(findLive(layout), sh`printf '%s %s' "\${fd_live:-none}" "$fd_idle"`));

  it.each([
    ['colours/blue', 'blue green'],
    ['colours/green', 'green blue'],
    // Nobody's colour: the next release makes it one.
    ['colours/red', 'none blue'],
    ['/etc', 'none blue'],
  ])('understands a link to %s', async (target, expected) => {
    symlinkSync(target, layout.live);
    expect(await found()).toBe(expected);
  });

  it('finds none where nothing was deployed yet, or no link is', async () => {
    expect(await found()).toBe('none blue');
    mkdirSync(layout.live);
    expect(await found()).toBe('none blue');
  });
});

describe('findColour()', () => {
  const found = (release: Release, otherwise?: Script): Promise<string> =>
    printed(
      lines(findColour(layout, release, otherwise), sh`printf '%s %s' "$fd_colour" "$fd_other"`),
    );

  it('finds the colour that a release has been put into', async () => {
    const [one, two] = [releaseOf('one'), releaseOf('two', "/apps/it's")];
    place('blue', linkTo(layout, one));
    place('green', linkTo(layout, two));
    expect(linkTo(layout, two)).toBe("../../releases/two/apps/it's");
    expect(await found(one)).toBe('blue green');
    expect(await found(two)).toBe('green blue');
  });

  it('is not content with a release of a name that begins alike, or with another folder of it', async () => {
    place('blue', '../../releases/one-more');
    place('green', '../../releases/one/apps/web');
    expect(await found(releaseOf('one'), sh`fd_colour=no fd_other=no`)).toBe('no no');
  });

  it('finds the one that a job has noted, of a release that restarts and is in both', async () => {
    const release: Release = { ...releaseOf('one'), restarts: true };
    place('blue', linkTo(layout, release));
    place('green', linkTo(layout, release));
    const noted = (colour: string): Promise<string> =>
      printed(
        lines(
          sh`FD_JOB=${layout.colours} fd_idle=${colour}`,
          noteColour('fd_idle'),
          findColour(layout, release, sh`fd_colour=no fd_other=no`),
          sh`printf '%s %s' "$fd_colour" "$fd_other"`,
        ),
      );
    expect(await noted('green')).toBe('green blue');
    expect(await noted('blue')).toBe('blue green');
    expect(await noted('')).toBe('no no');
  });

  it('says what is the case when it has none, or does what it is told', async () => {
    expect(await found(releaseOf('one'), sh`exit 0`)).toBe('');
    await expect(found(releaseOf('one'))).rejects.toThrow(
      'Cannot find the colour of the release one',
    );
  });
});

it('byColour() does what is for the colour, and nothing for any other', async () => {
  const script = (colour: string): Script => sh`
    fd_colour=${colour}
    ${byColour('fd_colour', (one) => sh`echo ${`it is ${one}`}`)}`;
  expect(await printed(script('blue'))).toBe('it is blue\n');
  expect(await printed(script('green'))).toBe('it is green\n');
  expect(await printed(script(''))).toBe('');
});
