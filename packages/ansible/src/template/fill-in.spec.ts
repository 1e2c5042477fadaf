import { describe, expect, it } from 'vitest';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import type { Value, Variables } from '../value/value.js';
import { fillIn, Unfilled } from './fill-in.js';

const place = { file: 'x', line: 1 };
const variables = (values: Readonly<Record<string, Value>>): Variables =>
  new Map(Object.entries(values).map(([name, value]) => [name, { value, place }]));
const scope = (values: Readonly<Record<string, Value>> = {}) => ({
  variables: variables({
    name: 'shop',
    port: 3000,
    yes: true,
    list: ['a', 'b'],
    map: new Map([['k', 'v']]),
    ...values,
  }),
  facts: new Map<string, Value>([
    ['inventory_hostname', 'web1'],
    ['ansible_env', new Map([['HOME', '/root']])],
  ]),
});

const shown = (value: Value): string => (value instanceof Text ? value.toString() : 'no text');

describe('fillIn()', () => {
  it.each([
    ['no template', 'no template'],
    ['{{ ansible_env.HOME }}/permacoop', '/root/permacoop'],
    ["{{ ansible_env['HOME'] }}", '/root'],
    ['{{inventory_hostname}}', 'web1'],
    ['{{ port }}', 3000],
    ['x{{ port }}', 'x3000'],
    ['{{ yes }}!', 'True!'],
    ['{{ list[1] }}{{ map.k }}', 'bv'],
    ["{{ missing | default('d') }}", 'd'],
    ['{{ missing | default(name) | upper }}', 'SHOP'],
    ["{{ name | default('d') }}", 'shop'],
    ["{{ empty | default('d', true) }}", 'd'],
    ["{{ empty | default('d') }}", ''],
    ['{{ missing | default(3) }}', 3],
    ["{{ '}}' }}", '}}'],
    ['a{# comment #}b', 'ab'],
    ['{{ chain }}', 'shop-3000'],
  ])('%s becomes %j', (template, expected) => {
    expect(
      fillIn(template, scope({ empty: '', chain: '{{ inner }}-{{ port }}', inner: '{{ name }}' })),
    ).toEqual(expected);
  });

  it.each([
    ['{{ missing }}', '"missing" is not known'],
    ["{{ lookup('env', 'HOME') }}", 'is an expression that is not known'],
    ['{{ port + 1 }}', 'is an expression that is not known'],
    ['{% if yes %}x{% endif %}', 'is an expression that is not known'],
    ['{{ name | regex_replace("a", "b") }}', 'uses the filter "regex_replace"'],
    ['{{ name', 'is an expression that is not known'],
    ['{{ loop_a }}', 'refer to each other in a circle'],
    ['x{{ list }}', '{{ list }} is no text'],
  ])('refuses %s', (template, message) => {
    expect(() =>
      fillIn(template, scope({ loop_a: '{{ loop_b }}', loop_b: '{{ loop_a }}' })),
    ).toThrow(message);
  });

  it('does not grow without end', () => {
    const values = Object.fromEntries(
      Array.from({ length: 15 }, (_, at) => [
        `v${String(at)}`,
        at === 0 ? 'x'.repeat(100) : `{{ v${String(at - 1)} }}`.repeat(10),
      ]),
    );
    expect(() => fillIn('{{ v14 }}', scope(values))).toThrow(Unfilled);
  });

  it('keeps what a secret is part of, masked', () => {
    const secret = Text.of(new Secret('password', 'hunter2'));
    const filled = fillIn('postgres://{{ name }}:{{ password }}@db', scope({ password: secret }));
    expect(shown(filled)).toBe('postgres://shop:***@db');
    expect(filled instanceof Text && filled.reveal()).toBe('postgres://shop:hunter2@db');
    const lower = fillIn('{{ password | upper }}', scope({ password: secret }));
    expect(lower instanceof Text && lower.reveal()).toBe('HUNTER2');
    expect(shown(lower)).toBe('***');
  });

  it('fills in an encrypted template, which stays a secret, and never shows it', () => {
    const secret = Text.of(new Secret('url', '{{ name }}-token'));
    const filled = fillIn('{{ url }}', scope({ url: secret }));
    expect(filled instanceof Text && filled.reveal()).toBe('shop-token');
    const bad = Text.of(new Secret('url', "{{ lookup('hunter2') }}"));
    expect(() => fillIn('{{ url }}', scope({ url: bad }))).toThrow(
      /^its encrypted text is a template$/,
    );
  });

  it('leaves what is marked as unsafe alone', () => {
    expect(shown(fillIn(Text.of('{{ name }}'), scope()))).toBe('{{ name }}');
  });
});
