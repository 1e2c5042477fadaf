import type { Colour } from './colour.js';
import type { Layout } from './layout.js';

/** A log of a program: of all its output, or of one stream. */
export type Stream = 'all' | 'out' | 'err';

/**
 * The log of a program, by the colour that it runs in. The plugin that runs processes writes it
 * there; the health check reads it when a program doesn't start.
 */
export function processLog(
  { logs }: Pick<Layout, 'logs'>,
  program: string,
  colour: Colour,
  stream: Stream = 'all',
): string {
  return `${logs}/${program}-${colour}${stream === 'all' ? '' : `.${stream}`}.log`;
}
