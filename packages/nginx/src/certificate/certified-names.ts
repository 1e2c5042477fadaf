import { sh, type Script } from '@fairness-deploy/shell';
import { CHAIN_FILE, LIVE_CERTIFICATES } from './certificate-folders.js';

/** Defines `fd_names <folder>`: prints the names in its certificate, a line each; none of a placeholder. */
export const CERTIFIED_NAMES: Script = sh`
  fd_names() {
    openssl x509 -in "$1"/${CHAIN_FILE} -noout -ext subjectAltName 2>/dev/null | tr ',A-Z' '\na-z' |
      sed -nE 's/^ *(dns|ip address)://p' | grep -E '^([*][.])?[a-z0-9.:-]+$' || :
  }`;

/**
 * Defines, in the folder of the links, `fd_drop_names <site> <folder>`, for the names that the certificate in a
 * folder has not got: before nginx shows that. And `fd_add_names <site>…`, for the names of the site's
 * certificate: after nginx shows it.
 */
export const NAMES_OF_SITES: Script = sh`
  ${CERTIFIED_NAMES}
  fd_drop_names() {
    mkdir -p -- "$1.names"
    fd_keep=$(fd_names "$2")
    for fd_name in "$1.names"/*; do
      printf '%s\n' "$fd_keep" | grep -qxF -e "\${fd_name##*/}" || rm -f -- "$fd_name"
    done
  }
  fd_add_names() {
    for fd_site; do
      mkdir -p -- "$fd_site.names"
      fd_names "$fd_site" | while read -r fd_name; do : >"$fd_site.names/$fd_name"; done
    done
  }`;

/** For a site whose certificate nginx shows: its visitors are sent to https for the names of it, and for no others. */
export function useNames(site: string): Script {
  return sh`
    ( umask 022
    cd ${LIVE_CERTIFICATES}
    ${NAMES_OF_SITES}
    fd_drop_names ${site} ${site}
    fd_add_names ${site}
    )`;
}
