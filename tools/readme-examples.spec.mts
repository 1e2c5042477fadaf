import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it, onTestFinished } from 'vitest';
import { PACKAGES } from './packages.mjs';

const ROOT = join(import.meta.dirname, '..');

/** What a program says that it prints. */
function saidBy(program: string): readonly string[] {
  return [...program.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, line = '']) => line);
}

/** The programs in a package's README that say what they print. */
function programsIn(name: string): readonly string[] {
  const file = join(ROOT, 'packages', name, 'README.md');
  if (!existsSync(file)) return [];
  const blocks = readFileSync(file, 'utf8').matchAll(/^```ts\n(import [^]*?)^```$/gm);
  return [...blocks].map(([, program = '']) => program).filter((one) => saidBy(one).length > 0);
}

const examples = Object.keys(PACKAGES).flatMap((name) =>
  programsIn(name).map((program, at) => ({ name, at, program })),
);

it('finds programs', () => {
  expect(examples.map(({ name }) => name)).toContain('shell');
});

it.each(examples)('$name: the program $at of its README prints what it says', (example) => {
  // Within the package, which a program may import by its name.
  const folder = join(ROOT, 'packages', example.name, 'dist', 'readme');
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const program = join(folder, `${String(example.at)}.mjs`);
  const { outputText } = ts.transpileModule(example.program, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  writeFileSync(program, outputText);
  const printed = execFileSync(process.execPath, [program], { encoding: 'utf8' });
  expect(printed).toBe(
    saidBy(example.program)
      .map((line) => `${line}\n`)
      .join(''),
  );
});
