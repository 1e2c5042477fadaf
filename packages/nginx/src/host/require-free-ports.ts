import type { Address, Resource } from '@fairness-deploy/core/resources';
import { fail, sh } from '@fairness-deploy/shell';
import { defineHolders, FREE_PORT_HINT } from '../configuration/port-holders.js';

const ADDRESS: Address = 'nginx:ports';

/**
 * Checks that no other program holds the ports of the sites. The plan names it; when it still holds one, nothing
 * of the sites is changed.
 */
export function requireFreePorts(
  ports: readonly number[],
  ipv6: boolean,
  after: readonly Resource[],
): Resource {
  const read = sh`
    ${defineHolders(ipv6)}
    fd_holders ${ports}`;
  return {
    address: ADDRESS,
    after: after.map((one) => one.address),
    ...{ follows: [], read },
    plan(output) {
      const held = output.split('\n').filter((line) => line !== '');
      if (held.length === 0) return undefined;
      return {
        action: 'update',
        differences: held.map((line) => {
          const [port = '', program = ''] = line.split('\t');
          return { kind: 'value', field: `port ${port}`, from: program, to: 'nginx' };
        }),
        apply: sh`
          fd_held=$(
          ${read}
          )
          [ -z "$fd_held" ] || {
            printf 'The port %s is held by %s\n' "$(printf %s "$fd_held" | cut -f 1 | head -n 1)" "$(printf %s "$fd_held" | cut -f 2 | head -n 1)" >&2
            ${fail('Cannot use the ports of the sites for nginx', FREE_PORT_HINT)}
          }`,
      };
    },
    equals: (other) => other.address === ADDRESS && String(other.read) === String(read),
  };
}
