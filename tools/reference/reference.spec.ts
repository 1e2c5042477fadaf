import { readdirSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { commandsPage, generatorsPage } from './command-pages.js';
import { ownGenerators, ownTargets } from './commands.js';
import { findingSections, findingsPage, findingsSchema } from './findings-page.js';
import { indexPage } from './index-page.js';
import { sectionPage } from './section-page.js';
import { ownPlugins, sectionsOf } from './sections.js';
import { systemsPage } from './systems-page.js';

const FOLDER = 'docs/reference';

describe('docs/reference', async () => {
  const plugins = await ownPlugins();
  const sections = sectionsOf(plugins);
  const targets = await ownTargets(plugins);
  const generators = await ownGenerators();
  const pages: Readonly<Record<string, string>> = {
    'README.md': indexPage({ sections, targets, generators }),
    'commands.md': commandsPage(targets),
    'findings.md': findingsPage(findingSections(plugins)),
    'generators.md': generatorsPage(generators),
    'systems.md': systemsPage(),
    ...Object.fromEntries(
      sections.map((section) => [`sections/${section.name}.md`, sectionPage(section)]),
    ),
  };

  it.each(Object.entries(pages))('%s is what the schemas say', async (page, text) => {
    const formatted = await format(text, { ...(await resolveConfig(FOLDER)), parser: 'markdown' });
    await expect(formatted, 'run: npm run reference').toMatchFileSnapshot(
      `../../${FOLDER}/${page}`,
    );
  });

  it('has the JSON Schema of the findings', async () => {
    const text = findingsSchema(findingSections(plugins));
    const formatted = await format(text, { ...(await resolveConfig(FOLDER)), parser: 'json' });
    await expect(formatted, 'run: npm run reference').toMatchFileSnapshot(
      `../../${FOLDER}/findings.schema.json`,
    );
  });

  it('links each command to its own heading', () => {
    const linked = [...(pages['README.md'] ?? '').matchAll(/commands\.md#([\w-]+)/g)];
    const headings = new Map<string, number>();
    const anchors = [...(pages['commands.md'] ?? '').matchAll(/^### `(.*)`$/gm)].map(
      ([, name = '']) => {
        const before = headings.get(name) ?? 0;
        headings.set(name, before + 1);
        return before === 0 ? name : `${name}-${String(before)}`;
      },
    );
    expect(linked.map(([, anchor = '']) => anchor).sort()).toEqual(anchors.sort());
  });

  it('has no other pages', () => {
    const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
    const written = files.filter((file) => file.endsWith('.md'));
    expect(written.sort()).toEqual(Object.keys(pages).sort());
  });
});
