import { keysOf, type Key } from './keys.js';
import type { Section } from './sections.js';

/** The page of a section: its purpose, an example, all keys. */
export function sectionPage({ name, package: packageName, schema, examples }: Section): string {
  const [section, ...keys] = keysOf(schema, name);
  return [
    `# \`${name}\``,
    asMarkdown(section?.description ?? ''),
    `Package: [${packageName}](../../../packages/${packageName}/README.md).`,
    ...examples.map((example) => `\`\`\`yaml\n${example}\`\`\``),
    ...(keys.length === 0 ? [] : ['## Keys', ...keys.map((key) => describeKey(key, `${name}.`))]),
  ].join('\n\n');
}

function describeKey(key: Key, prefix: string): string {
  const name =
    key.name === undefined ? '' : `; the ${/(\w+)>$/.exec(key.path)?.[1] ?? ''}: ${key.name}`;
  const line = `- **\`${key.path.replace(prefix, '')}\`**: ${key.expected}${name}. ${presence(key)}`;
  return [line, ...(key.description === '' ? [] : [`  ${asMarkdown(key.description)}`])].join(
    '\n\n',
  );
}

/** Plain text as Markdown, which would take `<name>` for HTML. */
export function asMarkdown(plain: string): string {
  return plain.replaceAll('<', '\\<');
}

/** Whether it is required, and the default. */
function presence({ path, required, default: value }: Key): string {
  if (path.endsWith('>')) return '';
  if (required) return 'Required.';
  const shown = show(value);
  return shown === undefined ? 'Optional.' : `Default: \`${shown}\`.`;
}

/** As it would be written; nothing for an empty map, list or text. */
function show(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 0 ? undefined : `[${value.join(', ')}]`;
  return ['number', 'boolean'].includes(typeof value) || (typeof value === 'string' && value !== '')
    ? String(value)
    : undefined;
}
