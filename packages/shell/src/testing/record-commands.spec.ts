import { describe, expect, it } from 'vitest';
import { asUser } from '../script/as-user.js';
import { fail } from '../script/fail.js';
import { sh } from '../script/sh.js';
import { REAL, recordCommands } from './record-commands.js';

describe('recordCommands()', () => {
  it('records the calls of a script, with words as the shell has read them', () => {
    const { commands } = recordCommands(sh`git tag -- ${"it's"} $(printf '%s' 1 2) "" '*'`, {
      programs: { git: '' },
    });
    expect(commands).toEqual([`git tag -- 'it'\\''s' 12 '' '*'`]);
  });

  it('tells as whom and in which folder', () => {
    const script = sh`
      cd /usr
      git one
      git two
      ${asUser('shop', sh`cd /; git three`, 5)}
      git four`;
    expect(recordCommands(script, { programs: { git: '' } }).commands).toEqual([
      'cd /usr',
      'git one',
      'git two',
      'cd /',
      'shop: git three',
      'cd /usr',
      'git four',
    ]);
  });

  it('lets programs answer, fail, and be the real ones', () => {
    const script = sh`
      fd_said=$(git one)
      printf '%s %s\n' "$fd_said" "$(basename /usr/bin)"
      git two || ${fail('oh dear')}`;
    const stage = { programs: { git: '[ "$1" = one ]; echo "said $1"; exit "$(($# - 1))"' } };
    expect(recordCommands(script, stage)).toEqual({
      status: 0,
      stdout: 'said one bin\nsaid two\n',
      stderr: '',
      commands: ['git one', 'git two'],
    });
    const failing = { programs: { git: '[ "$1" = one ]', basename: REAL } };
    expect(recordCommands(script, failing)).toEqual({
      status: 1,
      stdout: ' bin\n',
      stderr: 'oh dear\n',
      commands: ['git one', 'basename /usr/bin', 'git two'],
    });
  });

  it('shows long texts short', () => {
    const script = sh`cd /usr/bin && git -C /usr/bin add "$NAME" && echo /usr/bin`;
    const stage = {
      programs: { git: '' },
      variables: { NAME: '/usr/a b' },
      shown: { '/usr/bin': 'BIN', '/usr': '~' },
    };
    expect(recordCommands(script, stage)).toEqual({
      status: 0,
      stdout: 'BIN\n',
      stderr: '',
      commands: ['cd BIN', "git -C BIN add ~'/a b'"],
    });
  });

  it('ends with the script at the first command that fails', () => {
    const stage = { programs: { git: 'exit 3' } };
    expect(recordCommands(sh`git one; git two`, stage)).toMatchObject({
      status: 3,
      commands: ['git one'],
    });
  });
});
