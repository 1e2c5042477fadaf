import { sh, type Script } from '@fairness-deploy/shell';
import type { Layout } from '../application/layout.js';

/**
 * Sets `fd_recorded` to the user and the home, with a blank between them, that the application's live
 * release has on this host, where these are not those of the environment; else to nothing.
 */
export function findRecorded({ record, home }: Layout, user: string): Script {
  return sh`
    fd_recorded=
    if [ -f ${record} ]; then
      # A power cut may have left it empty; the next provision writes it anew.
      IFS= read -r fd_recorded <${record} || fd_recorded=
    fi
    if [ "$fd_recorded" = ${`${user} ${home}`} ] || [ ! -L "\${fd_recorded#* }/live/release" ]; then
      fd_recorded=
    fi`;
}
