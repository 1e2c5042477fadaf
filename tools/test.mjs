import { TESTS, TOOLS } from './debian-packages.mjs';
import { installAndBuild, installDebianPackages, run } from './install.mjs';
import { checkMachine } from './prerequisites.mjs';

/** Everything that is tested, on a machine that has nothing but Node.js: `npm test`. */
try {
  checkMachine();
} catch (error) {
  process.stderr.write(`Cannot run the tests. ${error.message}\n`);
  process.exit(1);
}
installAndBuild();
await installDebianPackages([...TOOLS, ...TESTS]);
run('npm', ['run', '--silent', 'ok']);
run('npx', ['vitest', 'run', '--project', 'host', '--project', 'host-alone']);
