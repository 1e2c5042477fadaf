import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { definePlugin } from '../plugin/plugin.js';
import { environmentJsonSchema } from './json-schema.js';

const EXAMPLE = definePlugin({
  section: 'example',
  schema: z.strictObject({ size: z.int().describe('How much.') }),
});

describe('environmentJsonSchema()', () => {
  const schema = JSON.parse(JSON.stringify(environmentJsonSchema([EXAMPLE]))) as {
    readonly properties: Record<string, { readonly anyOf: readonly unknown[] }>;
  };

  it('has the keys of core and of each plugin, and no other', () => {
    expect(Object.keys(schema.properties)).toEqual([
      'extends',
      'description',
      'url',
      'resources',
      'vars',
      'hosts',
      'application',
      'secrets',
      'example',
    ]);
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      additionalProperties: false,
    });
  });

  it('describes a value, and lets it be filled in or inherited', () => {
    expect(schema.properties['example']?.anyOf[0]).toEqual({
      type: 'object',
      properties: {
        // Of every section.
        on: expect.objectContaining({
          description: 'The role of the hosts that it is for, or several. Default: all hosts.',
        }) as unknown,
        size: {
          description: 'How much.',
          anyOf: [
            { type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 },
            { $ref: '#/definitions/elsewhere' },
          ],
        },
      },
      additionalProperties: false,
    });
  });

  it('says of text that numbers, true and false may be written', () => {
    expect(JSON.stringify(schema.properties['application'])).toContain(
      '"type":["string","number","boolean"]',
    );
  });
});
