import type { Reporter } from './event.js';
import type { Output } from './output.js';
import { jsonReporter } from './json-reporter.js';
import { printableReporter } from './printable-reporter.js';
import { liveReporter } from './live-reporter.js';
import { textReporter } from './text-reporter.js';

/**
 * The reporter for an output: JSON when asked for, a live view on a terminal, plain lines
 * elsewhere. Colours follow https://no-color.org and FORCE_COLOR.
 */
export function reporterFor(
  json: boolean,
  output: Pick<Output, 'isTTY' | 'columns' | 'write'>,
  env: NodeJS.ProcessEnv,
): Reporter {
  const write = (text: string): void => {
    output.write(text);
  };
  if (json) return jsonReporter(write);
  const plain = Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb';
  if (output.isTTY && !plain && !env['CI']) return printableReporter(liveReporter(output));
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  return printableReporter(textReporter({ colours: (output.isTTY || forced) && !plain, write }));
}
