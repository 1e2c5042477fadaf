import { BROWSER, TESTS, TOOLS } from './debian-packages.mjs';
import { installAndBuild, installDebianPackages } from './install.mjs';
import { checkMachine } from './prerequisites.mjs';

/**
 * Prepares a machine that has only Node.js for the tools, with the word `tests` for the tests as
 * well. Its imports run before anything is installed: they are plain JavaScript, which tsc checks.
 */
try {
  checkMachine();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Cannot run hosts of the sandbox. ${reason}\n`);
  process.exit(1);
}
await installAndBuild();
await installDebianPackages(
  process.argv.includes('tests') ? [...TOOLS, ...TESTS, ...BROWSER] : TOOLS,
);
