import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address, Resource } from '../resource/resource.js';
import { sh } from '@fairness-deploy/shell';
import { compose } from './compose.js';
import { order } from './order.js';

interface Options {
  readonly after?: readonly Address[];
  readonly follows?: readonly Address[];
  readonly content?: string;
}

function resource(
  address: Address,
  { after = [], follows = [], content = '' }: Options = {},
): Resource & { content: string } {
  return {
    address,
    after,
    follows,
    content,
    read: sh`true`,
    plan: () => undefined,
    equals: (other) => 'content' in other && other.content === content,
  };
}

const addresses = (resources: readonly Resource[]): readonly Address[] =>
  resources.map(({ address }) => address);

describe('order()', () => {
  it('keeps the order given where nothing speaks against it', () => {
    expect(addresses(order([resource('a:1'), resource('b:2'), resource('a:0')]))).toEqual([
      'a:1',
      'b:2',
      'a:0',
    ]);
  });

  it('puts a resource behind what it comes after or follows', () => {
    const list = [
      resource('service:nginx', { after: ['apt:packages'], follows: ['file:/site', 'file:/gone'] }),
      resource('file:/site', { after: ['dir:/etc'] }),
      resource('dir:/etc'),
      resource('apt:packages'),
    ];
    expect(addresses(order(list))).toEqual([
      'apt:packages',
      'dir:/etc',
      'file:/site',
      'service:nginx',
    ]);
  });

  it('names a circle', () => {
    const list = [
      resource('x:0', { after: ['x:1'] }),
      resource('x:1', { after: ['x:2'] }),
      resource('x:2', { follows: ['x:1'] }),
    ];
    expect(() => order(list)).toThrow(
      'Cannot order the resources: x:1 → x:2 → x:1 come after each other in a circle',
    );
  });

  it('refuses to come after what nothing declares', () => {
    expect(() => order([resource('x:1', { after: ['x:2'] })])).toThrow(
      'x:1 comes after x:2, which nothing declares',
    );
  });

  it('satisfies every edge of any graph without circles', () => {
    const graph = fc
      .integer({ min: 1, max: 30 })
      .chain((size) =>
        fc.tuple(
          ...Array.from({ length: size }, (_, at) =>
            fc.subarray(Array.from({ length: at }, (_x, index) => `x:${String(index)}` as const)),
          ),
        ),
      );
    fc.assert(
      fc.property(graph, (edges) => {
        const list = edges.map((after, at) => resource(`x:${String(at)}`, { after })).reverse();
        const placed = addresses(order(list));
        expect(placed).toHaveLength(list.length);
        for (const { address, after } of list) {
          for (const before of after)
            expect(placed.indexOf(before)).toBeLessThan(placed.indexOf(address));
        }
      }),
    );
  });
});

describe('compose()', () => {
  it('takes equal resources once', () => {
    const twice = [resource('dir:/srv'), resource('dir:/srv')];
    expect(addresses(compose(twice))).toEqual(['dir:/srv']);
  });

  it('refuses a contradiction', () => {
    expect(() =>
      compose([resource('file:/a', { content: '1' }), resource('file:/a', { content: '2' })]),
    ).toThrow('file:/a is declared twice, with different contents');
  });

  it('merges what can be merged', () => {
    const list = (content: string): Resource => ({
      ...resource('apt:packages', { content }),
      merge: () => resource('apt:packages', { content: 'both' }),
    });
    expect(compose([list('1'), list('2')])).toMatchObject([{ content: 'both' }]);
  });
});
