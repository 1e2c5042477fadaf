import { z } from '@fairness-deploy/core';

const FORMAT = 'expected combined or json';
const DAYS = 'expected a whole number of days between 1 and 3650';

/** What nginx calls the formats. See templates/nginx.conf.ejs. */
export const LOG_FORMATS = { combined: 'combined', json: 'json_lines' } as const;

const format = z
  .enum(['combined', 'json'], { error: FORMAT })
  .describe(
    "`combined`, as Apache has it, or `json`: a JSON object for each request, with the time, the request's ID, the host, the status and how long the application took.",
  );

const MAP = { error: 'expected a map such as { format: json }' };

/** The access log of a site. */
export const siteLogSchema = z
  .strictObject({ format: format.exactOptional() }, MAP)
  .describe("The log of the site's requests. Default: as the section says.")
  .exactOptional();

/** The access logs of all sites. */
export const logSchema = z
  .strictObject(
    {
      format: format.default('combined'),
      days: z
        .int({ error: DAYS })
        .min(1, DAYS)
        .max(3650, DAYS)
        .describe(
          "For how many days the logs of nginx are kept on the host, errors included. Default: as Debian's package says, 14.",
        )
        .exactOptional(),
    },
    MAP,
  )
  .prefault({})
  .describe('The logs of requests.');
