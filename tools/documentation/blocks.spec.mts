import { describe, expect, it } from 'vitest';
import { allBlocks, blocksOf, documents, spansOf, textOf } from './blocks.mjs';

describe('documents()', () => {
  it('are all that people read, but for the changelog', () => {
    expect(documents()).toEqual(
      expect.arrayContaining([
        ...['README.md', 'CONTRIBUTING.md', 'docs/architecture.md', 'docs/adr/README.md'],
        ...['packages/core/README.md', 'examples/demo/README.md'],
      ]),
    );
    expect(documents()).not.toContain('CHANGELOG.md');
  });

  it.each(documents())('of %s, each block is of a kind that is checked, or text', (document) => {
    const kinds = ['console', 'json', 'text', 'ts', 'yaml'];
    const blocks = blocksOf(document);
    expect(blocks.filter(({ info }) => !kinds.includes(info))).toEqual([]);
    // Other forms of code would be missed: fences that do not fit, and indented code.
    expect(textOf(document).match(/^ *(```|~~~)/gm) ?? []).toHaveLength(2 * blocks.length);
    expect(textOf(document)).not.toMatch(/^[^\s*\d-][^\n]*\n\n {4}\S/m);
  });
});

it('the blocks of JSON are JSON', () => {
  for (const { document, line, text } of allBlocks('json')) {
    expect(() => JSON.parse(text) as unknown, `${document}:${String(line)}`).not.toThrow();
  }
});

describe('blocksOf()', () => {
  it('tells language, line and text, also of a block in a list', () => {
    const text =
      'One:\n\n```ts\nlet a;\n\nlet b;\n```\n\n1. Two:\n\n   ```console\n   $ c\n   ```\n';
    expect(blocksOf('x.md', text)).toEqual([
      { document: 'x.md', line: 4, info: 'ts', text: 'let a;\n\nlet b;\n' },
      { document: 'x.md', line: 12, info: 'console', text: '$ c\n' },
    ]);
  });
});

describe('spansOf()', () => {
  it('are the code within the text, which may go on in the next line', () => {
    const text = 'Run `npm ci\n--ignore-scripts`.\n\n```ts\n`a`;\n```\n\nThen `b`.\n';
    expect(spansOf('x.md', text)).toEqual(['npm ci --ignore-scripts', 'b']);
  });
});
