import { BROWSER, MACHINES, TESTS, TOOLS } from './debian-packages.mjs';
import { installAndBuild, installDebianPackages, installPrerequisites } from './install.mjs';
import { checkForDemo, checkForTests, debianProblems } from './prerequisites.mjs';

/**
 * Prepares a machine that has only Node.js: with the word `demo` for the demo, with `tests` for the
 * tests, with `vm` for those of virtual machines, without one for the other tools. Its imports run before anything is installed: they are
 * plain JavaScript, which tsc checks.
 */
const [, , purpose, ...options] = process.argv;
try {
  if (purpose === 'demo') checkForDemo(options.includes('--tls'));
  else checkForTests();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Cannot run hosts of the sandbox. ${reason}\n`);
  process.exit(1);
}
await installAndBuild();
if (purpose !== 'demo') await installPrerequisites();
if (debianProblems().length === 0) {
  await installDebianPackages([...TOOLS, ...packagesFor(purpose)]);
}

/**
 * The packages that a purpose needs besides.
 *
 * @param {string | undefined} of
 */
function packagesFor(of) {
  if (of === 'tests') return [...TESTS, ...BROWSER];
  if (of === 'vm') return [...TESTS, ...MACHINES];
  return [];
}
