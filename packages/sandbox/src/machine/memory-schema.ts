import { z } from '@fairness-deploy/core';

const EXPECTED = 'expected an amount of memory such as 512M or 2G';
const UNITS: Readonly<Record<string, number>> = { M: 2 ** 20, G: 2 ** 30 };

/** How much memory each host may use: bytes, written such as 512M or 2G. */
export const memorySchema = z
  .string({ error: EXPECTED })
  .regex(/^[1-9]\d{0,5}[MG]$/, EXPECTED)
  .transform((text) => Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 0));
