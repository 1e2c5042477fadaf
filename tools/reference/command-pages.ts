import type { Command, Option, Target } from './commands.js';
import { asMarkdown } from './section-page.js';

/** The page of all targets. */
export function commandsPage(targets: readonly Target[]): string {
  return [
    '# Commands',
    '`nx run <environment>:<command>`. The sections of an environment decide which commands it has. `fairness-deploy <command> <environment>` does the same without Nx.',
    ...bySection(targets).flatMap(([section, own]) => [
      section === undefined
        ? '## All environments'
        : `## Environments with the section \`${section}\``,
      ...own.map((target) =>
        describe(target, '###', `nx run <environment>:${target.name}${restOf(target)}`),
      ),
    ]),
  ].join('\n\n');
}

/** Where each target stands on its page: renderers number headings of one text, `up` and `up-1`. */
export function anchorsOf(targets: readonly Target[]): ReadonlyMap<Target, string> {
  const counts = new Map<string, number>();
  const anchors = new Map<Target, string>();
  for (const target of bySection(targets).flatMap(([, own]) => own)) {
    const { name } = target;
    const before = counts.get(name) ?? 0;
    counts.set(name, before + 1);
    anchors.set(target, before === 0 ? name : `${name}-${String(before)}`);
  }
  return anchors;
}

/** In the order of the page. */
function bySection(targets: readonly Target[]) {
  const sections = [...new Set(targets.map(({ section }) => section))];
  return sections.map(
    (section) => [section, targets.filter((target) => target.section === section)] as const,
  );
}

/** The words that a command takes behind `--`. */
function restOf({ options }: Pick<Command, 'options'>): string {
  const rest = Object.values(options).some(({ $default }) => $default?.$source === 'unparsed');
  return rest ? ' -- <command>' : '';
}

/** The page of all generators. */
export function generatorsPage(generators: readonly Command[]): string {
  return [
    '# Generators',
    ...generators.map((one) => {
      const words = Object.entries(one.options).filter(
        ([, { $default }]) => $default?.$source === 'argv',
      );
      const call = [
        'nx g',
        `@fairness-deploy/${one.package}:${one.name}`,
        ...words.map(([word]) => `<${word}>`),
      ];
      return describe(one, '##', call.join(' '));
    }),
  ].join('\n\n');
}

function describe(
  { name, package: packageName, description, options, required }: Command,
  level: string,
  call: string,
): string {
  const shown = Object.entries(options).filter(([, { hidden = false }]) => !hidden);
  return [
    `${level} \`${name}\``,
    `${asMarkdown(description)} Package: [${packageName}](../../packages/${packageName}/README.md).`,
    `\`\`\`console\n$ ${call}\n\`\`\``,
    shown
      .map(([option, about]) => describeOption(option, about, required.includes(option)))
      .join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function describeOption(name: string, option: Option, required: boolean): string {
  const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const { type } = option;
  const value = typeof type === 'string' ? (option.enum?.join('|') ?? VALUES[type] ?? type) : '';
  const taken = typeof type === 'string' ? value && ` <${value}>` : '[=<text>]';
  const notes = [
    ...(required ? ['required'] : []),
    ...(type === 'array' ? ['may be repeated'] : []),
  ];
  return `- \`${flag}${taken}\`${notes.length > 0 ? ` (${notes.join(', ')})` : ''}: ${asMarkdown(option.description)}`;
}

const VALUES: Readonly<Record<string, string>> = { boolean: '', string: 'text', array: 'text' };
