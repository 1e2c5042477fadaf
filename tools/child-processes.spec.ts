import { Linter } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const FROM = `from 'node:child_process';`;

let rule: readonly unknown[] = [];
beforeAll(async () => {
  rule = (await import('./child-processes.mjs')).CHILD_PROCESSES;
});

function problems(code: string): number {
  const rules = { 'no-restricted-syntax': ['error', ...rule] } as const;
  return new Linter().verify(code, [{ rules: rules as unknown as Linter.RulesRecord }]).length;
}

describe('the rule for programs that the client starts', () => {
  it.each([
    `import { spawn } ${FROM} spawn('x', [], {});`,
    `import { execFile } ${FROM} execFile('x', { env: { ...process.env } });`,
    `import * as cp ${FROM}`,
    `import cp ${FROM}`,
    `import { spawn as start } ${FROM}`,
    `import { execFile } ${FROM} const run = promisify(execFile);`,
    `import { execFile } ${FROM} const run = execFile;`,
    `const { spawn } = require('child_process');`,
    `const { spawn } = await import('node:child_process');`,
    `export { spawn } ${FROM}`,
  ])('finds %s', (code) => {
    expect(problems(code)).toBeGreaterThan(0);
  });

  it.each([
    `import { spawn } ${FROM} spawn('x', [], { env: childEnvironment() });`,
    `/x/.exec('x'); connection.exec('x'); spawned(exec('x', { env: {} }));`,
  ])('takes %s', (code) => {
    expect(problems(code)).toBe(0);
  });
});
