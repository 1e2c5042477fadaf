import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const WORKSPACE = join(import.meta.dirname, '..', '..');

/** A block of code in a document. */
export interface Block {
  /** The document, relative to the workspace. */
  readonly document: string;
  /** The line of the document on which the block begins. */
  readonly line: number;
  /** The word behind the fence: the language. */
  readonly info: string;
  readonly text: string;
}

/** The documents for users and contributors: all but the changelog, which may have old commands. */
export function documents(): readonly string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'],
    { cwd: WORKSPACE, encoding: 'utf8' },
  );
  return listed.split('\0').filter((path) => path !== '' && path !== 'CHANGELOG.md');
}

export function textOf(document: string): string {
  return readFileSync(join(WORKSPACE, document), 'utf8');
}

/** The fenced blocks of a document, without the indentation of those in a list. */
export function blocksOf(document: string, text = textOf(document)): readonly Block[] {
  return [...text.matchAll(/^( *)```([^\n]*)\n([^]*?)^\1```$/gm)].map((match) => {
    const [, indent = '', info = '', body = ''] = match;
    const line = text.slice(0, match.index).split('\n').length + 1;
    return { document, line, info, text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), '') };
  });
}

/** All blocks of a language. */
export function allBlocks(info: string): readonly Block[] {
  return documents().flatMap((document) =>
    blocksOf(document).filter((block) => block.info === info),
  );
}

/** The code within the text of a document, which may go on in the next line. */
export function spansOf(document: string, text = textOf(document)): readonly string[] {
  const prose = text.replaceAll(/^( *)```[^]*?^\1```$/gm, '');
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll(/\s+/g, ' '));
}

/**
 * The folder in which a document's commands are typed: its own, if that is a package, else the
 * workspace.
 */
export function folderOf(document: string): string {
  return document.startsWith('examples/') ? dirname(document) : '.';
}
