import { z } from '@fairness-deploy/core';
import { DEFAULT_RELEASE, DRIVER_NAMES } from './driver/sandbox-host.js';
import { memorySchema } from './machine/memory-schema.js';
import { DEBIAN_RELEASES } from './machine/registries.js';

const PORT = 'expected a port from 1 to 65535';

/** The section `sandbox` of environment.yaml: the hosts run on this machine. */
export type SandboxSection = Readonly<z.output<typeof sandboxSchema>>;

const port = z.number({ error: PORT }).int(PORT).min(1, PORT).max(65_535, PORT);

export const sandboxSchema = z
  .strictObject({
    driver: z
      .enum(['auto', ...DRIVER_NAMES])
      .default('auto')
      .describe(
        'What runs the hosts: nspawn (systemd-nspawn; needs Debian and root), or container (Podman or Docker). auto takes nspawn where it works.',
      ),
    release: z
      .enum(DEBIAN_RELEASES)
      .default(DEFAULT_RELEASE)
      .describe('The release of Debian of new hosts: 11 (bullseye), 12 (bookworm) or 13 (trixie).'),
    memory: memorySchema
      .describe('How much memory each host may use. Default: as much as there is.')
      .exactOptional(),
    ports: z
      .record(z.string().regex(/^[1-9]\d{0,4}$/, PORT), port)
      .refine(
        (ports) => new Set(Object.values(ports)).size === Object.keys(ports).length,
        'expected another port of this machine for each port of the host',
      )
      .describe(
        'Ports of this machine, on its loopback address, by the ports of the host, which must be the only one: `80: 8080`. With the driver container, 22, 80 and 443 get free ports by themselves; with nspawn hosts have an address of their own.',
      )
      .exactOptional(),
  })
  .describe(
    'The hosts of the environment are disposable ones on this machine. An empty section is enough: sandbox: {}.',
  );
