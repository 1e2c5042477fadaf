import { defineResource, type Address } from '@fairness-deploy/core/resources';
import { sh, type Script } from '@fairness-deploy/shell';
import {
  certificateLink,
  certifiedNames,
  CHAIN_FILE,
  LIVE_CERTIFICATES,
  OWN_CERTIFICATES,
  PLACEHOLDERS,
} from './certificate-folders.js';
import { CERTIFIED_NAMES } from './certified-names.js';
import { IS_USABLE, linkCertificates } from './link-certificates.js';

/** The certificate of a site. */
export interface SiteCertificateSpec {
  readonly site: string;
  /** The folder that has it, or will have it. */
  readonly folder: string;
}

interface State {
  readonly certificate: string;
  /** Whether nginx has read it. */
  readonly loaded: boolean;
}

/**
 * The certificate that nginx uses for a site: the one of its folder. As long as that has none, it is the one
 * that the site has already, or a placeholder.
 */
export const siteCertificate = defineResource<
  SiteCertificateSpec,
  State,
  Pick<SiteCertificateSpec, 'site'> & Partial<SiteCertificateSpec>
>({
  type: 'site-certificate',
  name: ({ site }) => site,
  read: ({ site, folder = '' }) => sh`
    [ -L ${certificateLink(site)} ] || exit 0
    cd ${LIVE_CERTIFICATES}
    ${IS_USABLE}
    fd_is() { if "$@"; then echo yes; else echo no; fi; }
    # Some seconds may lie between the end of a reload and the start of its workers' clocks.
    fd_is_loaded() {
      [ -s /run/nginx.pid ] || return 0
      fd_age=$(ps -o etimes= --ppid "$(cat /run/nginx.pid)" | sort -n | head -n 1) || return 0
      [ -z "$fd_age" ] ||
        [ "$(stat -L -c %Y -- ${certificateLink(site)}/${CHAIN_FILE})" -le $(($(date +%s) - fd_age + 1)) ]
    }
    readlink -- ${certificateLink(site)}
    fd_is fd_is_certificate ${certificateLink(site)}
    fd_is fd_is_usable ${site} ${folder}
    fd_is fd_is_loaded
    ${CERTIFIED_NAMES}
    fd_names ${site} | sed 's/^/has /'
    find ${certifiedNames(site)} -mindepth 1 -printf 'sends %f\n' 2>/dev/null || :`,
  parse(output, { site, folder }) {
    const [target = '', ...rest] = output.trimEnd().split('\n');
    const [isSound, isThere, loaded] = rest.map((answer) => answer === 'yes');
    const namesAfter = (word: string): string =>
      [...new Set(rest.filter((line) => line.startsWith(word)))]
        .map((line) => line.slice(word.length))
        .sort()
        .join(' ');
    const isFound = isThere ? target === folder : true;
    if (isSound && isFound && namesAfter('has ') === namesAfter('sends ')) {
      return { certificate: describeTarget(folder), loaded: loaded === true };
    }
    const found = target === `${PLACEHOLDERS}/${site}` ? 'the placeholder' : target;
    return { certificate: isSound ? found : `${found}, which is broken`, loaded: loaded === true };
  },
  desired: ({ folder }) => ({ certificate: describeTarget(folder), loaded: true }),
  write: ({ site, folder }) => linkCertificates({ [site]: folder }),
  remove: ({ site }) => removeCertificate(site),
});

/** The address of a site's certificate. */
export function certificateAddress(site: string): Address {
  return `site-certificate:${site}`;
}

/** Removes a site's link, its placeholder, and the certificate that the team brought for it. */
export function removeCertificate(site: string): Script {
  return sh`
    rm -f -- ${certificateLink(site)}
    rm -rf -- ${[certifiedNames(site), `${PLACEHOLDERS}/${site}`, `${OWN_CERTIFICATES}/${site}`]}`;
}

function describeTarget(folder: string | undefined): string {
  return `${String(folder)}; until it is there, the previous one or a placeholder`;
}
