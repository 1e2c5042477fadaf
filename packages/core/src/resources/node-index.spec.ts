import { describe, expect, it } from 'vitest';
import { checkShell, recordCommands } from '@fairness-deploy/shell/testing';
import { parseNodeIndex, printNodeIndex } from './node-index.js';

const MIRROR = 'https://nodejs.org/dist';
const COLUMNS = 'version\tdate\tfiles\tnpm\tv8\tuv\tzlib\topenssl\tmodules\tlts\tsecurity';
const row = (version: string, files: string, lts: string): string =>
  [version, '2025-11-11', files, ...Array<string>(6).fill('-'), lts, '-'].join('\t');

function printed(lines: readonly string[], mirror = MIRROR): string {
  const { stdout } = recordCommands(printNodeIndex(mirror), {
    programs: {
      curl: `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}`,
      uname: 'echo x86_64',
    },
  });
  return stdout;
}

describe('printNodeIndex()', () => {
  it('prints the versions for the processor, and the names of their lines', () => {
    const output = printed([
      COLUMNS,
      row('v25.2.1', 'headers,linux-x64,src', '-'),
      row('v24.11.1', 'linux-arm64,linux-x64', 'Krypton'),
      row('v24.11.0', 'linux-arm64,linux-x64-musl', 'Krypton'),
      row('v9.9.9; id', 'linux-x64', '-'),
      row('v22.1.0', 'linux-x64', '$(id)'),
    ]);
    expect(output).toBe('25.2.1 -\n24.11.1 Krypton\n22.1.0 -\n');
    expect(parseNodeIndex(output.split('\n'))).toEqual([
      { version: '25.2.1' },
      { version: '24.11.1', lts: 'Krypton' },
      { version: '22.1.0' },
    ]);
  });

  it('finds the columns by their names', () => {
    const output = printed(['lts\tfiles\tversion', 'Krypton\tlinux-x64\tv24.11.1']);
    expect(output).toBe('24.11.1 Krypton\n');
  });

  it('stays on https, and takes plain http from the sandbox alone', async () => {
    expect(String(printNodeIndex(MIRROR))).toMatch(/curl --proto '?=https'? /);
    expect(printed([COLUMNS, row('v1.1.1', 'linux-x64', '-')], 'http://x.sandbox.internal')).toBe(
      '',
    );
    await checkShell(printNodeIndex('http://x.sandbox.internal'));
  });

  it("fails with curl's reason", () => {
    const { status, stderr } = recordCommands(printNodeIndex(MIRROR), {
      programs: {
        curl: 'echo "curl: (6) Could not resolve host" >&2; exit 6',
        uname: 'echo x86_64',
      },
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain('Could not resolve host');
  });
});
