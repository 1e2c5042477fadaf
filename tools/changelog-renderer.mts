import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import nx from 'nx/release/changelog-renderer';
import { format, resolveConfig } from 'prettier';
import { withVersion } from './changelog.mjs';

const CHANGELOG = fileURLToPath(new URL('../CHANGELOG.md', import.meta.url));

/**
 * The text that `nx release changelog` writes instead of the whole CHANGELOG.md: the hand-written
 * part "Unreleased" becomes the version's, followed by Nx's list of commits.
 */
export default class ChangelogRenderer extends nx.default {
  override async render(): Promise<string> {
    const text = withVersion(readFileSync(CHANGELOG, 'utf8'), await super.render());
    return format(text, { ...(await resolveConfig(CHANGELOG)), parser: 'markdown' });
  }

  /** Nx writes one # for major versions, which is the file's title here. */
  protected override renderVersionTitle(): string {
    return super.renderVersionTitle().replace(/^#+/, '##');
  }
}
