import { unsupported, type HostSystem } from '../system/host-system.js';
import { SUPPORTED_RELEASES } from '../system/releases.js';
import type { SectionFinding } from './judge-checks.js';

/** Warns of a host with an unsupported system: for commands that only read, and go on. */
export function systemFinding({ name, release }: HostSystem): readonly SectionFinding[] {
  if (release) return [];
  return [
    {
      ...{ section: 'hosts', layer: 'upkeep', name: 'system', level: 'warn' },
      text: `${unsupported(name)}: provision, deploy and all other commands that change it will refuse`,
      hint: `use a host with one of these: ${SUPPORTED_RELEASES}`,
      data: { system: name ?? null },
    },
  ];
}
