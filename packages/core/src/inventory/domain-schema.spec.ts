import { describe, expect, it } from 'vitest';
import { domainSchema, exampleName, isWildcard } from './domain-schema.js';

/** What to do about a text that is no domain; undefined for a domain. */
function hintFor(text: string, schema = domainSchema()): unknown {
  const { error } = schema.safeParse(text);
  const [issue] = error?.issues ?? [];
  return issue?.code === 'custom' ? (issue.params?.['hint'] ?? 'none') : issue?.code;
}

describe('domainSchema()', () => {
  it.each(['example.org', '*.example.org', 'localhost', 'xn--bcher-kva.example', '1.example.org'])(
    'takes %s',
    (text) => {
      expect(domainSchema().parse(text)).toBe(text);
    },
  );

  it.each([
    ['https://example.org/', 'write the name alone: example.org'],
    ['Example.org.', 'write example.org'],
    ['example.org:8080', 'write the name alone: example.org'],
    ['bücher.example', 'write its ASCII form, xn--… (RFC 3490)'],
    ['10.0.0.1', 'none'],
    ['www.*.org', 'none'],
    ['', 'none'],
  ])('refuses %j: %s', (text, hint) => {
    expect(hintFor(text)).toBe(hint);
  });

  it('says where a port and an address belong, in a section that has a place for them', () => {
    const schema = domainSchema({ port: 'the port goes into listen', address: 'leave it out' });
    expect(hintFor('example.org:8080', schema)).toBe('the port goes into listen');
    expect(hintFor('10.0.0.1', schema)).toBe('leave it out');
  });
});

it('isWildcard() and exampleName() know the domains that stand for many names', () => {
  const domains = ['*.example.org', 'example.org'];
  expect(domains.map(isWildcard)).toEqual([true, false]);
  expect(domains.map(exampleName)).toEqual(['any.example.org', 'example.org']);
});
