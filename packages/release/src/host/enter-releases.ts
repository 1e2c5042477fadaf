import { colourFolder, COLOURS } from '../application/colour.js';
import { enterHome } from '../application/enter-home.js';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import type { Layout } from '../application/layout.js';

/**
 * Changes to the application's home, for root to work there and in root's folders in it: fails when
 * another user could put a link into one of them (see enterHome()).
 *
 * @param failure begins the message: `Cannot begin`
 */
export function enterReleases(layout: Layout, failure: string): Script {
  const { home, releases, shared, colours, configuration, dependencies } = layout;
  const own = [
    ...[releases, shared, configuration, dependencies, colours],
    ...COLOURS.map((colour) => colourFolder(layout, colour)),
  ].map((folder) => `.${folder.slice(home.length)}`);
  return lines(
    enterHome(layout, failure),
    sh`
    fd_foreign=$(find ${own} -maxdepth 0 ! '(' -type d -user root ! -perm /022 ')' 2>&1) || :
    if [ -n "$fd_foreign" ]; then
      printf ${`${failure}: not all of these are folders of root that nobody else can write to: %s\n  → provision first\n`} "$(printf '%s' "$fd_foreign" | tr '\n' ' ')" >&2
      exit 1
    fi`,
  );
}
