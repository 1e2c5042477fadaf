import { describe, expect, it } from 'vitest';
import { changeYaml } from './change-yaml.js';

const PROD = `# The schema
# and why.

hosts:
  web: # the only one
    address: shop.example # at Hetzner
    user: root
`;

describe('changeYaml()', () => {
  it('keeps comments, and the comment of the value that it changes', () => {
    expect(changeYaml(PROD, [{ path: ['hosts', 'web', 'address'], value: 'new.example' }])).toBe(
      PROD.replace('shop.example', 'new.example'),
    );
  });

  it.each([
    ['', ['a', 'b'], 1, 'a:\n  b: 1\n'],
    ['hosts:\n  web:\n', ['hosts', 'web', 'address'], 'x', 'hosts:\n  web:\n    address: x\n'],
    ['hosts: { web: old }\n', ['hosts', 'web'], 'new', 'hosts: { web: new }\n'],
    ['a: &x { b: 1 }\nc: *x\n', ['c', 'b'], 2, 'a: &x { b: 1 }\nc: { b: 2 }\n'],
    ['a: 1\nb: 2\n', ['a'], undefined, 'b: 2\n'],
    ['a: [x, y] # why\n', ['a'], ['z'], 'a: ["z"] # why\n'],
    ['a:\n  - x\n  - y\n# b\nb: 1\n', ['a'], ['z'], 'a:\n  ["z"]\n# b\nb: 1\n'],
    ['a: |\n  x\n  y\nb: 1\n', ['a'], 'a: b', 'a: "a: b"\nb: 1\n'],
    ['a: 1\n', ['b'], 2, 'a: 1\nb: 2\n'],
  ])('%j: %j becomes %j', (text, path, value, changed) => {
    expect(changeYaml(text, [{ path, value }])).toBe(changed);
  });

  it.each([
    ['- a\n', 'expected a map'],
    ['a: [\n', 'not valid YAML'],
  ])('refuses %j', (text, message) => {
    expect(() => changeYaml(text, [{ path: ['a'], value: 1 }])).toThrow(message);
  });
});
