/** `fairness-secrets show prod` is `fairness-deploy secrets-show prod`, and `edit` is `secrets`. */
import { dirname } from 'node:path';
import { didYouMean } from '@fairness-deploy/environment-file';
import { withHint } from '@fairness-deploy/shell/text';
import { main } from './command-line/main.js';

const COMMANDS = new Map([
  ['edit', 'secrets'],
  ...['show', 'set', 'check', 'rekey'].map((name) => [name, `secrets-${name}`] as const),
]);
const names = [...COMMANDS.keys()];
const USAGE = `fairness-secrets ${names.join('|')} <environment> [options]`;

const [word = '--help', ...words] = process.argv.slice(2);
const command = COMMANDS.get(word);
if (command !== undefined) {
  void main([command, ...words], dirname(__dirname));
} else if (word === '--help') {
  process.stdout.write(
    `${USAGE}\n\nA short form of fairness-deploy: "fairness-secrets show prod" is "fairness-deploy secrets-show prod".\nfairness-secrets show --help lists the options of a command.\n`,
  );
} else {
  const message = `Cannot run fairness-secrets: there is no command ${JSON.stringify(word)}`;
  process.stderr.write(`${withHint(message, didYouMean(word, names) ?? USAGE)}\n`);
  process.exitCode = 1;
}
