import { z } from '@fairness-deploy/core';

const EXPECTED = 'expected a domain name such as example.org or *.example.org';

/** RFC 1123, section 2.1. */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const NAME = new RegExp(`^(?=.{1,253}$)(?:\\*\\.)?(?:${LABEL}\\.)*(?!\\d+$)${LABEL}$`);

/** A name in a certificate. */
export const certifiedName = z.string({ error: EXPECTED }).regex(NAME, EXPECTED);

export function isWildcard(name: string): boolean {
  return name.startsWith('*.');
}
