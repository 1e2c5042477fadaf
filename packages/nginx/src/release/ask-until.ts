import { sh, waitUntil, type Script } from '@fairness-deploy/shell';
import { certificateLink, CHAIN_FILE } from '../certificate/certificate-folders.js';
import { hostOf, originOf, type SiteSection } from '../section/section.js';

/** The most seconds that one answer may take. */
const ONE_ANSWER_TIMEOUT_SECONDS = 10;

/** curl's exit status when the server's key is not the pinned one (curl(1)). */
const OTHER_KEY = 90;

/**
 * What `fd_ask` needs to ask a site: its URL without a path, and its name. A site with TLS is asked by its
 * name, and must show the very key that it has on this host. Whether others trust that is for `status` to
 * say: an expired certificate must not prevent the deployment that helps.
 */
export function questionsTo(
  name: string,
  site: SiteSection,
): { readonly setPin: Script; readonly origin: string; readonly host: string } {
  const host = hostOf(site);
  if (!site.tls) {
    return { setPin: sh`fd_pin=`, origin: `http://127.0.0.1:${String(site.listen)}`, host };
  }
  const certificate = `${certificateLink(name)}/${CHAIN_FILE}`;
  return {
    setPin: sh`
      fd_pin=$(openssl x509 -in ${certificate} -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64)
      fd_pin=$(printf 'insecure\npinnedpubkey = "sha256//%s"' "$fd_pin")`,
    origin: originOf(site, host),
    host,
  };
}

/**
 * Defines `fd_ask <name> <url> <host> <status>`: asks nginx for a URL of what messages call by this name,
 * of this host until it answers with the status. `$fd_login` and `$fd_pin`, if they are set, are a login and
 * how to know nginx's certificate, in the form of curl's configuration.
 *
 * @param seconds for how long it is asked again
 * @param otherwise runs when the time is over; must leave the function. `$fd_status` is nginx's
 *   answer, `nothing` without one.
 */
export function askUntil(seconds: number, otherwise: Script): Script {
  return sh`
    fd_ask() {
      ${waitUntil({
        until: sh`
          fd_status=$(printf '%s\n%s\n' "\${fd_login-}" "\${fd_pin-}" | curl --config - --silent --globoff --noproxy '*' --output /dev/null --write-out '%{http_code}' --max-time ${ONE_ANSWER_TIMEOUT_SECONDS} --connect-to ::127.0.0.1: --header "Host: $3" -- "$2") ||
            [ "$?" != ${OTHER_KEY} ] || fd_status='with another certificate'
          [ "$fd_status" = "$4" ]`,
        ...{ seconds, pause: 0.2 },
        otherwise: sh`
          [ "$fd_status" != 000 ] || fd_status=nothing
          ${otherwise}`,
      })}
    }`;
}
