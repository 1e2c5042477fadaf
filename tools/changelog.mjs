import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const require = createRequire(import.meta.url);
const { default: NxRenderer } =
  /** @type {typeof import('nx/release/changelog-renderer')} */
  (require('nx/release/changelog-renderer'));

const CHANGELOG = fileURLToPath(new URL('../CHANGELOG.md', import.meta.url));

/**
 * What `nx release changelog` writes instead of the whole CHANGELOG.md: the hand-written part
 * "Unreleased" becomes that of the version, followed by the commits that Nx lists.
 */
export default class ChangelogRenderer extends NxRenderer {
  /** @override */
  async render() {
    const text = withVersion(readFileSync(CHANGELOG, 'utf8'), await super.render());
    return format(text, { ...(await resolveConfig(CHANGELOG)), parser: 'markdown' });
  }

  /**
   * Nx writes one # for major versions, which is the file's title here.
   *
   * @override
   */
  renderVersionTitle() {
    return super.renderVersionTitle().replace(/^#+/, '##');
  }
}

/**
 * The changelog after a release.
 *
 * @param {string} changelog before it, with a part "Unreleased"
 * @param {string} entry the version's heading, and below it what Nx has to say
 */
export function withVersion(changelog, entry) {
  const [heading = '', ...list] = entry.split('\n');
  const [before = '', after] = changelog.split(/^## Unreleased\n/m);
  if (after === undefined) {
    throw new Error('Cannot write the changelog: CHANGELOG.md has no "## Unreleased"');
  }
  const end = after.search(/^## /m);
  const [own, rest] = end === -1 ? [after, ''] : [after.slice(0, end), after.slice(end)];
  return [before, '## Unreleased', heading, own, list.join('\n'), rest]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}
