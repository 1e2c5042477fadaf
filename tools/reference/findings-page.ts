import { z } from 'zod';
import { CLIENT_FINDINGS, HOST_FINDINGS } from '../../packages/core/src/machine/finding-schemas.js';
import { LEVELS } from '../../packages/core/src/plugin/check.js';
import type { FindingSchemas } from '../../packages/core/src/plugin/finding-schemas.js';
import { LAYERS } from '../../packages/core/src/plugin/layer.js';
import { keysOf, type Key } from './keys.js';
import { asMarkdown } from './section-page.js';
import type { OwnPlugin } from './sections.js';

/** The findings' data, by section. */
type Sections = readonly (readonly [section: string, schemas: FindingSchemas])[];

export function findingSections(plugins: readonly OwnPlugin[]): Sections {
  return [
    ['hosts', HOST_FINDINGS],
    ['client', CLIENT_FINDINGS],
    ...plugins.flatMap(({ plugin: { section, findings } }) =>
      findings ? [[section, findings] as const] : [],
    ),
  ];
}

/** The page about what `status --json` and `doctor --json` print. */
export function findingsPage(sections: Sections): string {
  return [
    '# Findings',
    'Made from the schemas of the findings by `npm run reference`.',
    'With `--json`, `status` and `doctor` print a line of JSON for each finding, such as:',
    `\`\`\`json\n${JSON.stringify(EXAMPLE, undefined, 2)}\n\`\`\``,
    `\`level\` is one of ${words(LEVELS)}; \`layer\` is one of ${words(LAYERS)}, from what all others rest on to what none rests on. \`text\` and \`hint\` are for people and may change; \`section\`, \`name\`, \`level\`, \`layer\` and the fields of \`data\` are for machines and stay: new fields may come. \`doctor\` prints lines of the type \`cause\` as well, with the same fields but \`data\`, and \`explains\`.`,
    '[findings.schema.json](findings.schema.json) is a JSON Schema (draft 2020-12) of these lines.',
    'A `*` in a name stands for any text. The data of a finding that could not be made is empty.',
    ...sections.flatMap(([section, schemas]) => [
      `## Section \`${section}\``,
      ...Object.entries(schemas).flatMap(([name, schema]) => {
        const [, ...keys] = keysOf(schema, name);
        return [
          `### ${section === name ? '' : `${section} `}${name.replaceAll('*', '\\*')}`,
          list(keys, name),
        ];
      }),
    ]),
  ].join('\n\n');
}

const EXAMPLE = {
  type: 'check',
  host: 'web',
  section: 'supervisor',
  name: 'api',
  layer: 'process',
  level: 'ok',
  text: 'RUNNING, uptime 0:00:13, 45.5 MB; /api/health answers in 2 ms',
  data: { state: 'RUNNING', restarts: 0, address: '3000', listens: true, memoryKib: 44_434 },
};

function list(keys: readonly Key[], name: string): string {
  if (keys.length === 0) return 'No data.';
  return keys
    .map(({ path, expected, description, required }) => {
      const what = description === '' ? '' : ` ${asMarkdown(description)}`;
      return `- \`${path.slice(name.length + 1)}\`: ${asMarkdown(expected)}${required ? '' : ', optional'}.${what}`;
    })
    .join('\n');
}

const words = (all: readonly string[]): string => all.map((one) => `\`${one}\``).join(', ');

/** A JSON Schema of the lines. */
export function findingsSchema(sections: Sections): string {
  const options = sections.flatMap(([section, schemas]) =>
    Object.entries(schemas).map(([name, data]) => {
      const pattern = name.split('*').map(escaped).join('.+');
      return {
        title: section === name ? section : `${section} ${name}`,
        type: 'object',
        required: ['type', 'section', 'name', 'layer', 'level', 'text', 'data'],
        properties: {
          type: { const: 'check' },
          host: { type: 'string' },
          section: { const: section },
          name: name.includes('*') ? { type: 'string', pattern: `^${pattern}$` } : { const: name },
          layer: { enum: LAYERS },
          level: { enum: LEVELS },
          text: { type: 'string' },
          evidence: { type: 'array', items: { type: 'string' } },
          hint: { type: 'string' },
          repair: { type: 'string' },
          data: { anyOf: [withoutDialect(data), { type: 'object', maxProperties: 0 }] },
        },
      };
    }),
  );
  return JSON.stringify(
    { $schema: 'https://json-schema.org/draft/2020-12/schema', anyOf: options },
    undefined,
    2,
  );
}

function withoutDialect(schema: z.ZodObject): object {
  const json = z.toJSONSchema(schema, {
    // New fields may come.
    override: ({ jsonSchema }) => {
      delete jsonSchema.additionalProperties;
    },
  });
  // The whole has it.
  return { ...json, $schema: undefined };
}

function escaped(text: string): string {
  return text.replaceAll(/[$()+.?[\\\]^{|}]/g, '\\$&');
}
