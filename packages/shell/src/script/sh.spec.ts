import { execFileSync } from 'node:child_process';
import { Secret } from '../secret/secret.js';
import { Text } from '../secret/text.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lines, sh } from './sh.js';

const show = (shell: string, script: { reveal(): string }): string =>
  execFileSync(shell, ['-s'], { input: script.reveal(), encoding: 'utf8' });

describe('sh``', () => {
  it('leaves plain words bare and quotes the others', () => {
    expect(String(sh`install ${'/etc/app.conf'} ${"it's"} ${7} ${['a b', 'c']}`)).toBe(
      `install /etc/app.conf 'it'\\''s' 7 'a b' c`,
    );
  });

  it('takes common indentation away, but not from values', () => {
    const value = 'one\n  two';
    expect(
      String(sh`
        if true; then
          printf %s ${value}
        fi
      `),
    ).toBe("if true; then\n  printf %s 'one\n  two'\nfi");
  });

  it("leaves backslashes to the shell, and keeps the shell's own braces", () => {
    expect(String(sh`printf '%s\n' "\${HOME}" \`id\``)).toBe('printf \'%s\\n\' "${HOME}" `id`');
  });

  it('joins scripts without quoting them', () => {
    expect(String(sh`if ${sh`test -e ${'/a b'}`}; then :; fi`)).toBe(
      "if test -e '/a b'; then :; fi",
    );
    expect(String(lines(sh`a`, sh`b`))).toBe('a\nb');
  });

  it('masks secrets for people and reveals them for the host', () => {
    const script = sh`login ${new Secret('pw', "p'w")} ${Text.of('a=', new Secret('pw', '$x'))}`;
    expect(String(script)).toBe("login *** 'a='***");
    expect(JSON.stringify({ script })).toBe(`{"script":"login *** 'a='***"}`);
    expect(script.reveal()).toBe(`login 'p'\\''w' 'a=''$x'`);
  });

  it.each([
    ['single quotes', () => sh`echo '${'x'}'`],
    ['double quotes', () => sh`echo "${'x'}"`],
    ['backquotes', () => sh`echo \`echo ${'x'}\``],
    ['a comment', () => sh`true # ${'x'}`],
  ])('refuses a value within %s', (where, build) => {
    expect(build).toThrow(`stands within ${where}`);
  });

  it('allows a value within a substitution that is within double quotes', () => {
    expect(show('dash', sh`printf %s "$(printf %s ${'a  b'})"`)).toBe('a  b');
  });

  it('refuses NUL, undefined and numbers that are not whole', () => {
    expect(() => sh`echo ${'a\0b'}`).toThrow(RangeError);
    expect(() => sh`echo ${1.5}`).toThrow(RangeError);
    // What untyped callers could pass.
    expect(() => sh`echo ${undefined as unknown as string}`).toThrow(TypeError);
  });

  it.each(['dash', 'bash'])('hands any string over unchanged under %s', (shell) => {
    const anything = fc
      .string({ unit: 'binary', maxLength: 60 })
      .filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1, maxLength: 20 }), (words) => {
        expect(
          show(shell, sh`printf '%s\0' ${words}`)
            .split('\0')
            .slice(0, -1),
        ).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });
});
