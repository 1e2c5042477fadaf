/** The gateway's name inside hosts (their /etc/hosts has it), the same on every machine. */
export const gatewayName = 'gateway.sandbox.internal';

export const gatewayPort = 48080;

const base = `http://${gatewayName}:${String(gatewayPort)}`;

/**
 * The gateway's services for hosts: a proxy for apt, npm's registry, and a mirror with the layout
 * of Node.js' own archives. The URLs work inside hosts only.
 */
export const gateway = {
  aptProxy: base,
  // At the root: npm puts the host of the addresses in a lock file in place, but not a path.
  npmRegistry: `${base}/`,
  nodeMirror: base,
} as const;
