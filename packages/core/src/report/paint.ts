/** SGR parameters, ECMA-48 8.3.117. */
const CODES = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;

/** Colours and what else text can look like. */
export type TextStyle = keyof typeof CODES;

/** Makes text look so on a terminal. */
export function paint(style: TextStyle, text: string): string {
  return `\u001b[${String(CODES[style])}m${text}\u001b[0m`;
}
