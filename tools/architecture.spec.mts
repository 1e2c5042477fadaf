import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PACKAGES } from './packages.mjs';

const [packages = '', deployment = ''] = readFileSync('docs/architecture.md', 'utf8')
  .split('```')
  .filter((_, at) => at % 2 === 1);

/** The titles of the boxes, which are folders of packages/. */
const boxes = (picture: string): readonly string[] =>
  [...picture.matchAll(/┌─ ([\w/-]+) ─/g)].map(([, folder = '']) => folder);

describe('the pictures of docs/architecture.md', () => {
  it('have all packages, each above those that it uses', () => {
    const drawn = boxes(packages);
    expect([...drawn].sort()).toEqual(Object.keys(PACKAGES).sort());
    for (const [name, { uses }] of Object.entries(PACKAGES)) {
      expect(drawn.slice(drawn.indexOf(name))).toEqual(expect.arrayContaining([...uses]));
    }
  });

  it('name folders that exist', () => {
    const drawn = boxes(deployment);
    expect(drawn).toContain('core/src/engine');
    expect(drawn.filter((folder) => !existsSync(`packages/${folder}`))).toEqual([]);
  });
});
