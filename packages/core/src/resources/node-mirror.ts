import { fail, sh, type Script } from '@fairness-deploy/shell';

/** Node.js' own site. */
export const DEFAULT_MIRROR = 'https://nodejs.org/dist';

/**
 * Whether nobody on the way to a mirror can change what it sends. The sandbox's mirror has no
 * certificate: it is on the same machine, and its hosts know the name from their /etc/hosts, which
 * the script asks for (`internal` is never a public domain, ICANN 2024, but some network's server may
 * answer for it).
 */
export function isSafeMirror(mirror: string): boolean {
  if (!URL.canParse(mirror)) return false;
  const { protocol, hostname } = new URL(mirror);
  return protocol === 'https:' || hostname.endsWith('.sandbox.internal');
}

/**
 * Fails when the name of a mirror without a certificate comes from the network, where anybody may
 * answer.
 */
export function checkOwnMirror(mirror: string): Script {
  if (mirror.startsWith('https:')) return sh`:`;
  const { hostname } = new URL(mirror);
  return sh`
    if ! sed 's/#.*//' /etc/hosts | tr -s '[:blank:]' '\n' | grep -Fqx -- ${hostname}; then
      ${fail(`Cannot fetch Node.js from ${mirror}: this is no host of the sandbox, and anybody on the way could change it`, 'use https, or give the sha256 of the archive')}
    fi`;
}

/** curl, and how it fetches from a mirror: no redirect leaves https, and it never waits for ever. */
export function curlFrom(mirror: string): Script {
  const protocols = mirror.startsWith('https:') ? '=https' : '=http,https';
  return sh`curl --proto ${protocols} --fail --silent --show-error --location --retry 3 --connect-timeout 20 --speed-limit 1000 --speed-time 60`;
}

/**
 * Sets `fd_arch` to the host's processor, as the names of archives have it.
 *
 * @param failure begins the message: `Cannot install Node.js`
 */
export function findArchitecture(failure: string): Script {
  return sh`
    fd_arch=$(uname -m)
    case $fd_arch in
      x86_64) fd_arch=x64 ;;
      aarch64) fd_arch=arm64 ;;
      armv7l) ;;
      *) printf '%s: there is no official archive for %s\n' ${failure} "$fd_arch" >&2; exit 1 ;;
    esac`;
}
