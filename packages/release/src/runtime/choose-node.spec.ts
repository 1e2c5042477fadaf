import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { chooseNode } from './choose-node.js';
import { parseVersion } from './wanted-node.js';

const MIRROR = 'https://nodejs.org/dist';
const INDEX = [
  { version: '20.9.0', lts: 'Iron' },
  { version: '25.2.1' },
  { version: '24.9.0' },
  { version: '24.11.1', lts: 'Krypton' },
  { version: '24.11.0', lts: 'Krypton' },
  { version: '23.11.1' },
  { version: '22.21.1', lts: 'Jod' },
];

function chosen(text: string, from?: string): string {
  const wanted = parseVersion(text);
  if (!wanted) throw new Error(text);
  return chooseNode({ ...wanted, ...(from !== undefined && { from }) }, INDEX, MIRROR).why;
}

describe('chooseNode()', () => {
  it.each([
    ['24', '24.11.1, the newest of 24'],
    ['24.11', '24.11.1, the newest of 24.11'],
    ['24.9', '24.9.0, the newest of 24.9'],
    ['23', '23.11.1, the newest of 23'],
    ['lts', '24.11.1, the newest with long-term support'],
    ['lts/*', '24.11.1, the newest with long-term support'],
    ['lts/Jod', '22.21.1, the newest of lts/Jod'],
    ['>=20', '24.11.1, the newest with long-term support of >=20'],
    ['>=20 <24', '22.21.1, the newest with long-term support of >=20 <24'],
    ['>=25', '25.2.1, the newest of >=25'],
    ['*', '24.11.1, the newest with long-term support'],
    ['node', '25.2.1, the newest'],
    ['v19.0.0', '19.0.0'],
  ])('takes for %s: %s', (text, why) => {
    expect(chosen(text)).toBe(why);
  });

  it('says where the version is written', () => {
    expect(chosen('24', '.nvmrc')).toBe('24.11.1, the newest of 24 (.nvmrc)');
    expect(chosen('24.11.1', '.nvmrc')).toBe('24.11.1 (.nvmrc)');
  });

  it('says that there is none', () => {
    expect(() => chosen('99', '.nvmrc')).toThrow(
      saying(
        'Cannot choose the Node.js "99" (.nvmrc): https://nodejs.org/dist has no such version for this host\n  → the newest there is 25.2.1: correct .nvmrc',
      ),
    );
    expect(() => chosen('lts/none')).toThrow('(application.node)');
    expect(() => chooseNode({ shown: '24', range: '24' }, [], MIRROR)).toThrow(
      saying('has no such version for this host\n  → its index.tab lists none: correct the mirror'),
    );
  });
});
