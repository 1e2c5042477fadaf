import { expect, it } from 'vitest';
import { checkShell, recordCommands } from '@fairness-deploy/shell/testing';
import { parseIndexLines, printIndexLines } from './node-index-lines.js';

const script = printIndexLines('https://nodejs.org/dist');
const printed = (curl: string): string =>
  recordCommands(script, { programs: { curl, uname: 'echo x86_64' } }).stdout;

it('printIndexLines() prints the versions, or why there are none', async () => {
  const table = `printf 'version\\tfiles\\tlts\\nv24.11.1\\tlinux-x64\\tKrypton\\n'`;
  expect(printed(table)).toBe('node 24.11.1 Krypton\n');
  expect(parseIndexLines(`live colours/blue\n${printed(table)}`)).toEqual({
    versions: [{ version: '24.11.1', lts: 'Krypton' }],
  });
  expect(parseIndexLines(printed('echo "curl: (6) no host" >&2; exit 6'))).toEqual({
    unread: 'curl: (6) no host',
  });
  await checkShell(script);
});
