/** `fairness-secrets show prod` is `fairness-deploy secrets-show prod`, and `edit` is `secrets`. */
import { dirname } from 'node:path';
import { main } from './command-line/main.js';

const [command = '--help', ...words] = process.argv.slice(2);
const own = command === 'edit' ? 'secrets' : `secrets-${command}`;
void main(command.startsWith('-') ? ['--help'] : [own, ...words], dirname(__dirname));
