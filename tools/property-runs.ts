/**
 * Setup of the unit tests. Outside CI, a property is tried with fewer values, other ones each time;
 * properties with a fixed number keep it.
 */
import fc from 'fast-check';

if (!process.env['CI']) fc.configureGlobal({ numRuns: 30 });
