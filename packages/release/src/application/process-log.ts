import type { Colour } from './colour.js';
import type { Layout } from './layout.js';

/**
 * The log of a process, by the colour that it runs in. The plugin that runs processes writes it
 * there; the health check reads it when a process doesn't start.
 */
export function processLog({ logs }: Layout, process: string, colour: Colour): string {
  return `${logs}/${process}-${colour}.log`;
}
