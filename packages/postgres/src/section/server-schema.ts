import { z } from '@fairness-deploy/core';

/** The server, with mode local. */
export const serverSchema = z.strictObject({}).describe('The server on the host, with mode local.');
