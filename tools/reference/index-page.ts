import { anchorsOf } from './command-pages.js';
import type { Command, Target } from './commands.js';
import { keysOf } from './keys.js';
import { asMarkdown } from './section-page.js';
import type { Section } from './sections.js';

interface Contents {
  readonly sections: readonly Section[];
  readonly targets: readonly Target[];
  readonly generators: readonly Command[];
}

/** The index of the reference. */
export function indexPage({ sections, targets, generators }: Contents): string {
  const anchors = anchorsOf(targets);
  return [
    '# Reference',
    'Made from the schemas by `npm run reference`, and checked by `npm run ok`. The examples are checked by the loader.',
    '## Keys of environment.yaml',
    'Each section that belongs to a package also takes `on`: a role, or a list of roles. The section then counts only for hosts that have one of them (`hosts.<name>.roles`).',
    list(
      sections.map(({ name, schema }) => [
        `[\`${name}\`](sections/${name}.md)`,
        keysOf(schema, name)[0]?.description ?? '',
      ]),
    ),
    '## [Commands](commands.md)',
    list(
      targets.map((target) => [
        `[\`${target.name}\`](commands.md#${anchors.get(target) ?? ''})`,
        target.description,
      ]),
    ),
    '## [Findings](findings.md)',
    'What `status --json` and `doctor --json` print.',
    '## [Systems](systems.md)',
    'The releases of Debian and Ubuntu that hosts may have, and what differs between them.',
    '## [Generators](generators.md)',
    list(
      generators.map(({ name, description }) => [
        `[\`${name}\`](generators.md#${name})`,
        description,
      ]),
    ),
  ].join('\n\n');
}

function list(entries: readonly (readonly [link: string, description: string])[]): string {
  return entries.map(([link, description]) => `- ${link}: ${asMarkdown(description)}`).join('\n');
}
