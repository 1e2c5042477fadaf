import { literal, sh, type Script } from '@fairness-deploy/shell';
import { type Layout } from '../application/layout.js';
import { commitGlob } from '../application/release-id.js';

/**
 * Succeeds when the live release, by its id, may be of a commit; fails when it is not, or there is
 * none.
 */
export function liveMayBe({ live }: Pick<Layout, 'live'>, commit: string): Script {
  const glob = `../../releases/${commitGlob(commit)}`;
  return sh`
    case $(readlink -- ${`${live}/release`})/ in
      ${literal(`${glob}/*`)}) ;;
      *) exit 1 ;;
    esac`;
}
