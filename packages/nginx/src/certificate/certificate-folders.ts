/** The folder of what nginx reads of certificates; all users may look into it. */
export const CERTIFICATES = '/etc/nginx/certificates';

/** The links to the sites' certificates. */
export const LIVE_CERTIFICATES = `${CERTIFICATES}/live`;

/** Self-signed certificates, in a folder for each site, which it has until there is another. */
export const PLACEHOLDERS = `${CERTIFICATES}/placeholders`;

/** The certificates that the team brings, in a folder for each site; each has a folder of its own there. */
export const OWN_CERTIFICATES = `${CERTIFICATES}/own`;

/** The file of a certificate and its chain, in its folder, as Certbot names it. */
export const CHAIN_FILE = 'fullchain.pem';

/** The file of its key. */
export const KEY_FILE = 'privkey.pem';

/**
 * The folder of the files by which a certificate authority checks that we control a domain (RFC
 * 8555, 8.3). Root's: other users can't answer for us.
 */
export const CHALLENGES = '/var/lib/fairness-deploy-challenges';

/**
 * A link to the folder of a site's certificate. nginx's files name this link, so that they stay as they
 * are when a certificate comes or goes.
 */
export function certificateLink(site: string): string {
  return `${LIVE_CERTIFICATES}/${site}`;
}

/**
 * A folder of empty files, one for each name in the certificate that nginx shows: nginx looks for the name of
 * each request, and sends nobody to https for another name. A placeholder has no name. (Names of sites have no
 * dot.)
 */
export function certifiedNames(site: string): string {
  return `${certificateLink(site)}.names`;
}
