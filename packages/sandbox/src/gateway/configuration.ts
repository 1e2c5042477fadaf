import { readAptRegistries, readNpmRegistry, type Upstream } from '../machine/registries.js';

/** The servers that the gateway fetches from, and no others. */
export interface GatewayConfiguration {
  readonly apt: readonly Upstream[];
  readonly npm: Upstream;
  /** PEM files with authorities to trust beside Node's own. */
  readonly certificates: readonly string[];
}

/** This machine's own registries, as configured at this moment. */
export async function readGatewayConfiguration(): Promise<GatewayConfiguration> {
  const [apt, npm] = await Promise.all([readAptRegistries(), readNpmRegistry()]);
  return { apt: apt.upstreams, npm: npm.upstream, certificates: npm.certificates };
}
