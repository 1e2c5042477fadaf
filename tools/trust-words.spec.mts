import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { trustWords } from './trust-words.mjs';

it('trustWords() has commands that a shell takes', () => {
  const words = trustWords({
    ...{ name: 'demo.test', address: '10.213.84.10', rootFile: '/clone/tmp/root.pem' },
  });
  const commands = words.split('\n').filter((line) => /^ {2}(curl|mkdir|certutil) /.test(line));
  expect(commands).toHaveLength(3);
  const home = mkdtempSync(join(tmpdir(), 'trust-words-'));
  const shell = `curl() { echo curl "$@"; }; certutil() { echo certutil "$@"; }\n${commands.join('\n')}`;
  const said = execFileSync('sh', ['-euc', shell], { encoding: 'utf8', env: { HOME: home } });
  rmSync(home, { recursive: true });
  expect(said.replaceAll(home, '~')).toBe(
    [
      'curl --cacert /clone/tmp/root.pem --resolve demo.test:443:10.213.84.10 https://demo.test/',
      'certutil -d sql:~/.pki/nssdb -A -t C,, -n demo.test -i /clone/tmp/root.pem',
      'certutil -d sql:~/.pki/nssdb -D -n demo.test',
      '',
    ].join('\n'),
  );
});
