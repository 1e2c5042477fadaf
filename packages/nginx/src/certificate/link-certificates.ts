import { fail, lines, sh, type Script } from '@fairness-deploy/shell';
import { RELOAD_NGINX } from '../configuration/reload-nginx.js';
import { NAMES_OF_SITES } from './certified-names.js';
import {
  CHAIN_FILE,
  KEY_FILE,
  LIVE_CERTIFICATES,
  OWN_CERTIFICATES,
  PLACEHOLDERS,
} from './certificate-folders.js';

/** For how many days a placeholder is valid: longer than a host lives. No browser trusts it anyway. */
const PLACEHOLDER_DAYS = 7300;

/**
 * Defines `fd_is_certificate <folder>`: whether the folder has a certificate and the key that belongs to
 * it.
 */
export const IS_CERTIFICATE: Script = sh`
  fd_is_certificate() {
    [ -s "$1"/${CHAIN_FILE} ] && [ -s "$1"/${KEY_FILE} ] || return 1
    fd_public=$(openssl x509 -in "$1"/${CHAIN_FILE} -noout -pubkey 2>/dev/null) || return 1
    [ "$fd_public" = "$(openssl pkey -in "$1"/${KEY_FILE} -pubout 2>/dev/null)" ]
  }`;

/**
 * Defines `fd_is_usable <site> <folder>`, in the folder of the links: whether the site may have the
 * certificate of a folder. It keeps one that has expired meanwhile, but gets no such one.
 */
export const IS_USABLE: Script = sh`
  ${IS_CERTIFICATE}
  fd_is_usable() {
    fd_is_certificate "$2" || return 1
    [ "$(readlink -- "$1")" = "$2" ] || openssl x509 -in "$2"/${CHAIN_FILE} -noout -checkend 0 >/dev/null
  }`;

/**
 * Makes nginx use the certificates in these folders, by site. Where a folder has none, the site keeps the
 * certificate that it has, or gets a placeholder when it has none. When nginx refuses one, all links are as
 * before, and the script fails with nginx's words. When nginx refused its files before already, the links
 * are set, and nothing is loaded.
 */
export function linkCertificates(folders: Readonly<Record<string, string>>): Script {
  return useCertificates(
    Object.keys(folders),
    sh`
      ${IS_USABLE}
      # <site> <folder>
      fd_use() {
        if fd_is_usable "$1" "$2"; then
          fd_change "$1" "$2"
        elif ! fd_is_certificate "$1"; then
          fd_use_placeholder "$1"
        fi
      }
      ${lines(...Object.entries(folders).map((one) => sh`fd_use ${one}`))}`,
  );
}

/** Makes nginx use placeholders for sites, whatever certificates they have. */
export function linkPlaceholders(sites: readonly string[]): Script {
  return useCertificates(
    sites,
    sh`
      ${IS_CERTIFICATE}
      ${lines(...sites.map((site) => sh`fd_use_placeholder ${site}`))}`,
  );
}

/**
 * @param use changes the links of the sites, by `fd_change` and `fd_use_placeholder`, which needs
 *   `fd_is_certificate`
 */
function useCertificates(sites: readonly string[], use: Script): Script {
  return sh`
    ( set -eu
    umask 022
    mkdir -p -- ${LIVE_CERTIFICATES} ${PLACEHOLDERS} ${OWN_CERTIFICATES}
    cd ${LIVE_CERTIFICATES}
    ${MAKE_PLACEHOLDER}
    ${NAMES_OF_SITES}
    # <site> <target>
    fd_link() {
      fd_drop_names "$1" "$2"
      rm -f -- "$1.new"
      ln -sT -- "$2" "$1.new"
      mv -fT -- "$1.new" "$1"
    }
    fd_before=
    # <site> <target>
    fd_change() {
      fd_before="$fd_before$1 $(readlink -- "$1" || :)
    "
      fd_link "$1" "$2"
    }
    # <site>
    fd_use_placeholder() {
      fd_is_certificate ${PLACEHOLDERS}/"$1" || fd_make_placeholder "$1"
      fd_change "$1" ${PLACEHOLDERS}/"$1"
    }
    fd_sound=yes
    nginx -t -q >/dev/null 2>&1 || fd_sound=
    ${use}
    [ -n "$fd_sound" ] || nginx -t -q 2>/dev/null || exit 0
    # Not in a condition: there, the shell would continue after a failure inside.
    set +e
    ( set -eu
    ${RELOAD_NGINX}
    )
    fd_status=$?
    set -e
    if [ "$fd_status" != 0 ]; then
      printf %s "$fd_before" | while read -r fd_site fd_was; do
        if [ -n "$fd_was" ]; then fd_link "$fd_site" "$fd_was"; else rm -f -- "$fd_site"; fi
      done
      (
      ${RELOAD_NGINX}
      ) >/dev/null 2>&1 || :
      fd_add_names ${sites}
      ${fail('Cannot use the certificate: nginx refuses it, see above. nginx keeps the previous one')}
    fi
    fd_add_names ${sites}
    ${lines(...sites.map(removeUnused))}
    )`;
}

/** The certificates that the team brought before. */
function removeUnused(site: string): Script {
  const own = `${OWN_CERTIFICATES}/${site}`;
  return sh`
    if [ -d ${own} ]; then
      find ${own} -mindepth 1 -maxdepth 1 ! -path "$(readlink -- ${site})" -exec rm -rf -- {} +
    fi`;
}

/** Defines `fd_make_placeholder <site>`. Its name says to people what they see. */
const MAKE_PLACEHOLDER: Script = sh`
  fd_make_placeholder() {
    rm -rf -- ${PLACEHOLDERS}/"$1"
    mkdir -- ${PLACEHOLDERS}/"$1"
    ( umask 077
      # Debian 11's openssl does not know -noenc.
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout ${PLACEHOLDERS}/"$1"/${KEY_FILE} -out ${PLACEHOLDERS}/"$1"/${CHAIN_FILE} \
        -days ${PLACEHOLDER_DAYS} -subj "/CN=placeholder of $1" 2>&1
    ) || ${fail('Cannot make a placeholder certificate: openssl failed, see above')}
  }`;
