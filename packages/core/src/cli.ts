import { dirname } from 'node:path';
import { main } from './command-line/main.js';

void main(process.argv.slice(2), dirname(__dirname));
