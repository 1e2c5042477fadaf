import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrap, request as header, terminalBootstrap, TORN } from './bootstrap.js';

const program = bootstrap('ready0');

/** What a shell that runs the program answers to bytes on its standard input. */
function answer(
  shell: string,
  input: string | Buffer,
): { out: string; err: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(shell, ['-c', program], { input });
  return { out: stdout.toString('latin1'), err: stderr.toString('latin1'), status };
}

const request = (nonce: string, script: string, input = ''): Buffer =>
  Buffer.concat([header(nonce, Buffer.from(script), Buffer.byteLength(input)), Buffer.from(input)]);

const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

describe.each([
  ['bootstrap()', bootstrap('ready0')],
  ['terminalBootstrap()', terminalBootstrap('ready0')],
])('%s', (_, program) => {
  it('is one line without anything that a login shell could change within single quotes', () => {
    expect(program).toMatch(/^[^'\\!\n]+$/);
  });

  it('is POSIX in the eyes of dash and shellcheck', () => {
    execFileSync('dash', ['-n'], { input: program });
    if (!isThere('shellcheck')) return;
    const folder = mkdtempSync(path.join(tmpdir(), 'bootstrap-'));
    const file = path.join(folder, 'loop.sh');
    writeFileSync(file, `#!/bin/sh\n${program}\n`);
    try {
      // SC2317: fd_run is called. SC2164: / is there.
      const { stdout, status } = spawnSync('shellcheck', ['-s', 'sh', '-S', 'warning', file]);
      expect(stdout.toString()).toBe('');
      expect(status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('bootstrap()', () => {
  it.each(['bash', 'dash', 'fish', 'tcsh'].filter(isThere))(
    'passes unchanged through %s',
    (login) => {
      const stdout = execFileSync(login, ['-c', `sh -c '${program}'`], {
        input: request('n1', 'echo "it\'s \\ $((1+1))!"'),
        stdio: 'pipe',
      });
      expect(stdout.toString()).toBe("ready0 ready\nn1 begin\nit's \\ 2!\nn1 end 0\n");
    },
  );

  describe.each(['dash', 'bash'])('under %s', (shell) => {
    it('runs scripts one after the other, and tells how each ended', () => {
      const requests = [
        request('a', 'echo one; exit 3'),
        request('b', 'cat; cat <&3', 'in\nput'),
        request('c', 'no-such-program'),
        request('d', ''),
        request('e', 'if'),
        request('f', '# only a remark'),
      ];
      const { out, err, status } = answer(shell, Buffer.concat(requests));
      expect(out).toBe(
        'ready0 ready\na begin\none\na end 3\nb begin\nin\nputb end 0\nc begin\nc end 127\n' +
          'd begin\nd end 0\ne begin\ne end 2\nf begin\nf end 0\n',
      );
      expect(err).toContain('a begin\na end 3\n');
      expect(status).toBe(0);
    });

    it('finds the next header when a script leaves its input, or reads only a part', () => {
      const input = 'x\nb 4 4 0\nevil'.repeat(20_000);
      const requests = [
        request('a', 'head -c 1 <&3', input),
        request('b', 'exec 3<&-', input),
        request('c', 'echo ok'),
      ];
      expect(answer(shell, Buffer.concat(requests)).out).toBe(
        'ready0 ready\na begin\nxa end 0\nb begin\nb end 0\nc begin\nok\nc end 0\n',
      );
    });

    it('runs nothing of a script that is torn', () => {
      const whole = request('a', 'echo one\necho two');
      const { out, status } = answer(shell, whole.subarray(0, whole.length - 12));
      expect(out).toBe('ready0 ready\n');
      expect(status).toBe(TORN);
    });

    it('hides its own variables from the script, and the script from its arguments', () => {
      const script = 'echo "[$#] [${n-}${l-}${i-}${s-}]"; n=1 l=2 i=3 s=4; exec 1>&-';
      const { out } = answer(
        shell,
        Buffer.concat([request('a', script), request('b', 'echo $n$l$i$s')]),
      );
      expect(out).toBe('ready0 ready\na begin\n[0] []\na end 0\nb begin\n\nb end 0\n');
    });

    it('gives the script as it is, whatever it holds', () => {
      const text = fc
        .string({ unit: 'binary', maxLength: 200 })
        .filter((value) => !value.includes('\0'))
        .map((value) => value.replaceAll('EOF', ''));
      fc.assert(
        fc.property(fc.array(text, { minLength: 1, maxLength: 10 }), (texts) => {
          // A quoted here-document's body is data to its last line break.
          const requests = texts.map((value) => request('n', `cat <<'EOF'\n${value}\nEOF\n`));
          const expected = texts.map((value) => `n begin\n${value}\nn end 0\n`).join('');
          const { out } = answer(shell, Buffer.concat(requests));
          expect(Buffer.from(out, 'latin1').toString()).toBe(`ready0 ready\n${expected}`);
        }),
        { numRuns: 30 },
      );
    });
  });
});
