import { styleText } from 'node:util';

/** Colours and styles of text. */
export type TextStyle = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'dim' | 'bold';

/** Adds a style to a text, or nothing where there are no colours. */
export type Paint = (style: TextStyle, text: string) => string;

/** Adds a style for a terminal; the caller knows whether the output is one. */
export function paint(style: TextStyle, text: string): string {
  return styleText(style, text, { validateStream: false });
}
