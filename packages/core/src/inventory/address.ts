import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';

const EXPECTED = 'expected a host name or an IP address';

/** RFC 1123, section 2.1, and the underscore, which aliases of ~/.ssh/config often have. */
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?';
const NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`);
const ZONE = /%[A-Za-z0-9_.-]{1,15}$/;

/** Whether it is a host name, an alias, an IPv4 or an IPv6 address, and nothing that a shell or ssh could act on. */
export function isAddress(text: string): boolean {
  // A name of digits and dots only is an address or a mistake: resolvers read 1.2 as 1.0.0.2.
  if (/^[\d.]+$/.test(text)) return isIPv4(text);
  return NAME.test(text) || isIPv6(text.replace(ZONE, ''));
}

/** The right form, for the usual mistakes. */
function addressHint(text: string): string | undefined {
  const [, user, afterUser] = /^([a-z_][\w-]*)@(.+)$/.exec(text) ?? [];
  if (user !== undefined && afterUser !== undefined && isAddress(afterUser)) {
    return `write address: ${afterUser} and user: ${user}`;
  }
  const [, name, port] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (name !== undefined && port !== undefined && isAddress(name)) {
    return `write address: ${name} and port: ${port}`;
  }
  const bare = /^\[(.*)\]$/.exec(text)?.[1];
  if (bare !== undefined && isIPv6(bare)) return `write it without brackets: "${bare}"`;
  const host = /^[a-z]+:\/\/([^/]+)\/?$/.exec(text)?.[1];
  if (host !== undefined && isAddress(host)) return `write the host's name alone: ${host}`;
  return undefined;
}

/** A host name or IP address. */
export const addressSchema = z.string({ error: EXPECTED }).check((context) => {
  if (isAddress(context.value)) return;
  const hint = addressHint(context.value);
  context.issues.push({
    code: 'custom',
    message: EXPECTED,
    input: context.value,
    ...(hint === undefined ? {} : { params: { hint } }),
  });
});
