import type { Address, Resource } from '@fairness-deploy/core/resources';
import { sh } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';
import { NGINX_FOLDER } from '../configuration/nginx-file.js';
import { NO_IPV6_HINT } from '../configuration/no-ipv6.js';

const ADDRESS: Address = 'nginx:ipv6';
const DEFAULT = `${NGINX_FOLDER}/sites-enabled/default`;

/**
 * Checks that the host can have the addresses on which nginx is to listen, and keeps Debian's site off the
 * others.
 *
 * Debian's package brings a site of its own that listens on IPv6 as well, and starts nginx: on a host
 * without IPv6 it can't be installed. It leaves a site of this name alone that is there before it.
 */
export function listenAddresses(ipv6: boolean): Resource {
  const read = ipv6
    ? sh`[ -e /proc/net/if_inet6 ] || echo none`
    : sh`
      [ "$(dpkg-query -W -f '\${db:Status-Status}' nginx 2>/dev/null)" = installed ] ||
        { [ -f ${DEFAULT} ] && [ ! -L ${DEFAULT} ]; } ||
        echo Debian`;
  return {
    address: ADDRESS,
    ...{ after: [], follows: [], read },
    plan(output) {
      const found = output.trim();
      if (found === '') return undefined;
      if (ipv6) {
        throw new HintedError('Cannot use nginx on this host: it has no IPv6', {
          hint: NO_IPV6_HINT,
        });
      }
      return {
        action: 'create',
        differences: [
          {
            ...{ kind: 'value', field: "Debian's site on IPv6" },
            ...{ from: undefined, to: 'not installed with nginx' },
          },
        ],
        apply: sh`
          mkdir -p -- ${`${NGINX_FOLDER}/sites-enabled`}
          [ ! -L ${DEFAULT} ] || rm -f -- ${DEFAULT}
          : >>${DEFAULT}`,
      };
    },
    equals: (other) => other.address === ADDRESS && String(other.read) === String(read),
  };
}
