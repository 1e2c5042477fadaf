/** SGR parameters, ECMA-48 8.3.117. */
const CODES = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;

export type Colour = keyof typeof CODES;

/** Colours text for a terminal. */
export function paint(colour: Colour, text: string): string {
  return `\u001b[${String(CODES[colour])}m${text}\u001b[0m`;
}
