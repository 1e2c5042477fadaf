import { sh, type Script } from '@fairness-deploy/shell';
import type { Layout } from '../application/layout.js';

/**
 * Sets `fd_recorded` to the user and the home of the application's live release on this host,
 * separated by a blank, when the environment has others; else to nothing.
 */
export function findRecorded({ record, home }: Layout, user: string): Script {
  return sh`
    fd_recorded=
    if [ -f ${record} ]; then
      # A power cut may have left it empty; the next provision writes it again.
      IFS= read -r fd_recorded <${record} || fd_recorded=
    fi
    if [ "$fd_recorded" = ${`${user} ${home}`} ] || [ ! -L "\${fd_recorded#* }/live/release" ]; then
      fd_recorded=
    fi`;
}
