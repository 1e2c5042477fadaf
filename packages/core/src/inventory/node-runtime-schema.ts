import { z } from 'zod';

const VERSION = 'expected an exact Node.js version such as 24.11.1';
const MIRROR = 'https://nodejs.org/dist';
const URL_EXPECTED = 'expected an http or https URL';

const version = z
  .string({ error: VERSION })
  .regex(/^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/, VERSION)
  .describe('Exact: x.y.z.');

const settings = z.strictObject({
  version,
  mirror: z
    .url({ protocol: /^https?$/, error: URL_EXPECTED })
    .regex(/^[\x21-\x7e]+$/, URL_EXPECTED)
    .transform((url) => url.replace(/\/+$/, ''))
    .default(MIRROR)
    .describe('Where the archives come from, with the layout of nodejs.org/dist.'),
});

/** A Node.js of an exact version and the mirror that it comes from, without a / at its end. */
export type NodeRuntime = Readonly<z.output<typeof settings>>;

/** A version alone is enough: `node: 24.11.1`. */
export const nodeRuntimeSchema = z
  .union(
    [version.transform((text): NodeRuntime => ({ version: text, mirror: MIRROR })), settings],
    {
      error: VERSION,
    },
  )
  .describe('The Node.js that it runs on.');
