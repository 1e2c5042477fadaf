import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeOf } from './place.js';
import { readSection } from './read-section.js';

let workspace = '';
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'section-'));
});
afterEach(() => {
  rmSync(workspace, { recursive: true });
});

function write(name: string, content: string): void {
  const path = join(workspace, 'environments', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
const read = () => readSection(placeOf(workspace, 'prod'));

describe('readSection()', () => {
  it('reads names and where the password is', () => {
    write(
      'prod/environment.yaml',
      `secrets:
  names: { a: What for, b: { description: B, required: false, deprecated: true, confidential: false } }
  password: { variable: P, file: ../p, command: pass show prod }
`,
    );
    expect(read()).toEqual({
      names: {
        a: { description: 'What for', required: true, deprecated: false, confidential: true },
        b: { description: 'B', required: false, deprecated: true, confidential: false },
      },
      password: { variable: 'P', file: '../p', command: ['pass', 'show', 'prod'] },
    });
  });

  it('merges what is extended, and null removes', () => {
    write('shop.yaml', 'secrets: { names: { a: A, b: B }, password: { variable: P } }\n');
    write(
      'prod/environment.yaml',
      'extends: ../shop.yaml\nsecrets: { names: { a: null, c: C } }\n',
    );
    expect(Object.keys(read().names)).toEqual(['b', 'c']);
    expect(read().password).toEqual({ variable: 'P' });
    write('prod/environment.yaml', 'extends: ../shop.yaml\nsecrets:\n');
    expect(read().names).toEqual({});
  });

  it('takes nothing from what is wrong elsewhere, or in the section', () => {
    write('prod/environment.yaml', 'hosts: 7\nsecrets: [1]\n');
    expect(read()).toEqual({ names: {}, password: {} });
    write('prod/environment.yaml', 'secrets: { names: { a: A, b: 1 } }\n');
    expect(Object.keys(read().names)).toEqual(['a']);
  });

  it('leaves out what messages and prompts could not have safely', () => {
    write(
      'prod/environment.yaml',
      'secrets: { names: { $(id): A, b: "B\\e[2J\\n  more: x", c: { description: "C\\nD" } } }\n',
    );
    expect(
      Object.entries(read().names).map(([name, { description }]) => [name, description]),
    ).toEqual([
      ['b', 'B more: x'],
      ['c', 'C D'],
    ]);
  });

  it('reads nothing endless', () => {
    write('prod/environment.yaml', 'extends: ../pipe\n');
    execFileSync('mkfifo', [join(workspace, 'environments/pipe')]);
    expect(read).toThrow('cannot extend "environments/pipe": it is not an ordinary file');
  });

  it.each([
    ['\t}{', 'environments/prod/environment.yaml:1:2\n'],
    ['extends: ..\n', 'environments/prod/environment.yaml:1:10\n  extends: '],
    ['extends: environment.yaml\n', 'the files extend each other in a circle'],
    ['extends: /dev/zero\n', '"/dev/zero" leads out of the workspace'],
  ])('says where %j is wrong', (text, message) => {
    write('prod/environment.yaml', text);
    expect(read).toThrow(message);
  });

  it('says that there is no file', () => {
    expect(read).toThrow('environments/prod/environment.yaml\n  there is no such file');
  });
});
