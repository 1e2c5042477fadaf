import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readOwnManifest } from '../manifest.mjs';
import { PACKAGES } from '../packages.mjs';
import { allBlocks, WORKSPACE, type Block } from './blocks.mjs';

const programs = allBlocks('ts').map((block) => ({
  where: `${block.document}:${String(block.line)}`,
  block,
}));

/** As users of a package have them: its types, and no unused names. */
const { options } = ts.parseJsonConfigFileContent(
  {
    extends: './tsconfig.base.json',
    compilerOptions: {
      ...{ composite: false, incremental: false, declaration: false, declarationMap: false },
      noEmit: true,
    },
    files: [],
  },
  ts.sys,
  WORKSPACE,
);

/**
 * The compiler's messages about programs, each in the folder of its document, whose package it may
 * import by its name.
 */
function mistakesIn(blocks: readonly Block[]): readonly string[] {
  const texts = new Map(
    blocks.map(({ document, line, text }) => [
      join(WORKSPACE, dirname(document), `line-${String(line)}.mts`),
      // Its lines are those of the document.
      '\n'.repeat(line - 1) + text,
    ]),
  );
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram([...texts.keys()], options, {
    ...host,
    fileExists: (path) => texts.has(path) || host.fileExists(path),
    getSourceFile(path, languageVersion, ...rest) {
      const text = texts.get(path);
      return text === undefined
        ? host.getSourceFile(path, languageVersion, ...rest)
        : ts.createSourceFile(path, text, languageVersion);
    },
  });
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
    const message = ts.flattenDiagnosticMessageText(messageText, '\n');
    return `${file?.fileName.slice(WORKSPACE.length + 1) ?? ''}:${String(line)}: ${message}`;
  });
}

/** The output that a program's comments announce. */
function saidBy({ text }: Block): readonly string[] {
  return [...text.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, line = '']) => line);
}

describe('the programs of documents', () => {
  it('are sound TypeScript', () => {
    expect(programs.map(({ where }) => where)).toContainEqual(
      expect.stringContaining('packages/sandbox/README.md'),
    );
    expect(mistakesIn(programs.map(({ block }) => block))).toEqual([]);
  });

  it('show every root and subpath that packages export', () => {
    const imported = new Set(
      programs.flatMap(({ block }) =>
        [...block.text.matchAll(/from '(@fairness-deploy\/[^']+)'/g)].map(([, name]) => name),
      ),
    );
    const exported = Object.keys(PACKAGES).flatMap((name) => {
      const { exports } = readOwnManifest(join(WORKSPACE, 'packages', name));
      return Object.keys(exports)
        .filter((subpath) => subpath !== './package.json')
        .map((subpath) => `@fairness-deploy/${name}${subpath.slice(1)}`);
    });
    // A package's Nx plugin is named in nx.json; core's has what others are made with. Hosts get copies of judges
    // and programs.
    const isNamedOnly = (name: string): boolean =>
      /\/(?:plugin|judges|program)$/.test(name) && name !== '@fairness-deploy/core/plugin';
    expect(exported.filter((name) => !isNamedOnly(name) && !imported.has(name))).toEqual([]);
  });

  it('are not, with a name that does not exist', () => {
    const text = "import { shh } from '@fairness-deploy/shell';\nshh`:`;\n";
    const block = { document: 'packages/shell/README.md', line: 7, info: 'ts', text };
    expect(mistakesIn([block])).toEqual([
      expect.stringMatching(/^packages\/shell\/line-7.mts:7: .* has no exported member.* 'shh'/),
    ]);
  });

  // One that prints nothing, as it needs a host, is compiled only.
  it.each(programs.filter(({ block }) => saidBy(block).length > 0))(
    'print what they say: $where',
    ({ block }) => {
      // Within the package, which a program may import by its name.
      const folder = join(WORKSPACE, dirname(block.document), 'dist', 'readme');
      mkdirSync(folder, { recursive: true });
      onTestFinished(() => {
        rmSync(folder, { recursive: true });
      });
      const program = join(folder, `${String(block.line)}.mjs`);
      const { outputText } = ts.transpileModule(block.text, {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
      });
      writeFileSync(program, outputText);
      const printed = execFileSync(process.execPath, [program], { encoding: 'utf8' });
      expect(printed).toBe(
        saidBy(block)
          .map((line) => `${line}\n`)
          .join(''),
      );
    },
  );
});
