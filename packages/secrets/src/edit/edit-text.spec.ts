import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { FormatError } from '../secrets-error.js';
import { editText } from './edit-text.js';
import { header, withoutHeader } from './header.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edit-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** An editor that is a script of sh; what it is given is `$1`. */
function editor(script: string): Readonly<Record<string, string>> {
  const path = join(folder, 'editor');
  writeFileSync(path, `#!/bin/sh\necho "$1" >>${folder}/calls\n${script}\n`);
  chmodSync(path, 0o755);
  return { VISUAL: `${path} --wait`.replace(' --wait', ''), EDITOR: 'false' };
}
const calls = (): readonly string[] =>
  readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
const edit = (
  script: string,
  use: (text: string) => Promise<string> = (text) => Promise.resolve(text),
) => editText({ text: 'a: 1\n', about: ['About it.'] }, editor(script), use);

describe('editText()', () => {
  it("gives what the editor made of the text, without the lines that aren't its own", async () => {
    expect(await edit('echo "b: 2" >>"$1"')).toBe('a: 1\nb: 2\n');
  });

  it('keeps it in a file that only the user may read, in memory, and removes it', async () => {
    const [modes] = (await edit('stat -c %a "$1" "$(dirname "$1")" | tr "\\n" " " >"$1"')).split(
      '\n',
    );
    expect(modes).toBe('600 700 ');
    const [path = ''] = calls();
    expect(statfsSync('/dev/shm').type === 0x01021994 ? path : '/dev/shm/').toMatch(
      /^\/(dev\/shm|run)\//,
    );
    expect(() => readdirSync(dirname(path))).toThrow('ENOENT');
  });

  it('removes what an editor leaves beside it', async () => {
    await edit('cp "$1" "$1~"; mkdir "$(dirname "$1")/swap"; cp "$1" "$(dirname "$1")/swap/x"');
    expect(() => readdirSync(dirname(calls()[0] ?? ''))).toThrow('ENOENT');
  });

  it('opens it again with the message on top until it can be used', async () => {
    const shown: string[] = [];
    const result = await edit(
      'cat "$1" >>"$0.shown"; echo "# $(wc -l <"$0.shown")" >>"$1"',
      (text) => {
        shown.push(text);
        return shown.length < 3
          ? Promise.reject(new FormatError(`line ${String(shown.length)} is wrong`))
          : Promise.resolve(text);
      },
    );
    expect(calls()).toHaveLength(3);
    expect(readFileSync(join(folder, 'editor.shown'), 'utf8')).toContain(
      '#| Cannot use this: line 5 is wrong\n#| Put it right, or leave it as it is to give up.\n#| About it.\n',
    );
    expect(result).not.toContain('#|');
  });

  it('gives up when nothing was done about it', async () => {
    const use = () => Promise.reject(new FormatError('line 1 is wrong'));
    await expect(edit(':', use)).rejects.toThrow(
      'Cannot use what you wrote: line 1 is wrong; nothing is written',
    );
    expect(calls()).toHaveLength(2);
  });

  it('opens it again, byte for byte, when the editor saves in another encoding', async () => {
    const text = await edit(
      'if [ -e "$0.once" ]; then cp "$1" "$0.seen"; printf "b: fixed\\n" >"$1"; else touch "$0.once"; printf "b: caf\\351\\n" >>"$1"; fi',
    );
    expect(text).toBe('b: fixed\n');
    const seen = readFileSync(join(folder, 'editor.seen')).toString('latin1');
    expect(seen).toContain('#| Cannot use this: the editor has saved it in another encoding');
    expect(seen).toMatch(/^a: 1\nb: caf\xe9\n$/m);
  });

  it('takes our lines out of what an editor has written with CRLF', async () => {
    expect(await edit(`sed -i 's/$/\\r/' "$1"`)).toBe('a: 1\r\n');
  });

  it('says so when the editor has removed the file', async () => {
    await expect(edit('rm "$1"')).rejects.toThrow(
      'Cannot read the file that is edited: there is no such file; nothing is written',
    );
  });

  it('writes nothing when the editor fails, or is not there', async () => {
    await expect(edit('exit 1')).rejects.toThrow('the editor ended with status 1');
    const missing = editText({ text: '', about: [] }, { EDITOR: 'no-such-editor' }, () =>
      Promise.resolve(''),
    );
    await expect(missing).rejects.toThrow(
      saying('no-such-editor is not there: export EDITOR=nano'),
    );
  });

  it('removes it after an error of our own', async () => {
    await expect(edit(':', () => Promise.reject(new TypeError('mistake')))).rejects.toThrow(
      'mistake',
    );
    expect(() => readdirSync(dirname(calls()[0] ?? ''))).toThrow('ENOENT');
  });
});

describe('withoutHeader()', () => {
  it('takes our lines out and no others', () => {
    const text = `${header(['one', ''])}# theirs\n#|x\na: '#| b'\n${header(['two'])}`;
    expect(withoutHeader(text)).toBe("# theirs\n#|x\na: '#| b'\n");
    expect(withoutHeader(`a: b\r\n${header(['one', '']).replaceAll('\n', '\r\n')}#| end`)).toBe(
      'a: b\r\n',
    );
  });
});
