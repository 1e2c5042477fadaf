import type { Colour } from './colour.js';
import type { Layout } from './layout.js';

/**
 * Where a process's output is kept, by the colour that it runs in. The plugin
 * that runs processes writes it there; what tells why one doesn't come up reads it.
 */
export function processLog({ logs }: Layout, process: string, colour: Colour): string {
  return `${logs}/${process}-${colour}.log`;
}
