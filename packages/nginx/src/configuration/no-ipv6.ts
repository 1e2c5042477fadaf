import { fail, sh, type Script } from '@fairness-deploy/shell';

/** What to write for a host without IPv6. */
export const NO_IPV6_HINT = "write into the environment's file: nginx: { ipv6: false }";

/** EAFNOSUPPORT (errno(3)), as nginx shows it. Other words follow on Ubuntu 22.04: `Unknown error`. */
const NO_ADDRESS_FAMILY = ' failed (97: ';

/**
 * Fails, and says what to do, when nginx could not listen on an IPv6 address because the host has none.
 *
 * @param said the file with nginx's message, as a word of the shell
 */
export function refuseNoIpv6(said: Script): Script {
  return sh`
    ! grep -qF ${NO_ADDRESS_FAMILY} -- ${said} ||
      ${fail('Cannot use nginx on this host: it has no IPv6', NO_IPV6_HINT)}`;
}
