/**
 * Setup of the unit tests. A property is tried with fewer values while one works, other ones each
 * time, than in CI; those that say how often keep to it.
 */
import fc from 'fast-check';

if (!process.env['CI']) fc.configureGlobal({ numRuns: 30 });
