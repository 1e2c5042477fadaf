import type { Section } from './section.js';

/**
 * The settings of nginx's main file. The host has one nginx: all of its environments must say the same,
 * and each claims them.
 */
export type HostSettings = Readonly<
  Pick<Section, 'tlsProfile' | 'http3' | 'ipv6' | 'shutdownTimeout' | 'brotli'> & {
    /** Undefined: no load balancer stands in front of the host. */
    realIp: Section['realIp'] | undefined;
  }
>;

/** Each of these settings, also one that is undefined. */
export function hostSettings({
  tlsProfile,
  http3,
  ipv6,
  shutdownTimeout,
  brotli,
  realIp,
}: Section): HostSettings {
  return { tlsProfile, http3, ipv6, shutdownTimeout, brotli, realIp };
}
