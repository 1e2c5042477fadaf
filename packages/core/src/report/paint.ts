import { styleText } from 'node:util';

/** Colours and what else text can look like. */
export type TextStyle = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

/** Makes text look so on a terminal; whether that is one, the caller knows. */
export function paint(style: TextStyle, text: string): string {
  return styleText(style, text, { validateStream: false });
}
