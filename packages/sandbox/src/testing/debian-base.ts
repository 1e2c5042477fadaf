import { DEFAULT_RELEASE } from '../driver/sandbox-host.js';
import { buildBase } from '../nspawn/base/build-base.js';
import { paths } from '../system/paths.js';

/**
 * The Debian root that hosts are overlays of, for machines of another kind: its absolute path. It is built
 * when it isn't there yet. Only read it: hosts use it.
 *
 * @throws HintedError when it can't be built.
 */
export async function debianBase(): Promise<string> {
  return paths.base(await buildBase(() => undefined, DEFAULT_RELEASE));
}
