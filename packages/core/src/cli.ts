import { dirname } from 'node:path';
import { describeFailure } from '@fairness-deploy/shell/text';
import { commandLine } from './command-line/command-line.js';
import { findWorkspace } from '@fairness-deploy/environment-file';

commandLine(process.argv.slice(2), {
  workspace: findWorkspace(process.cwd()) ?? process.cwd(),
  core: dirname(__dirname),
  write: (text) => process.stdout.write(text),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = 1;
  },
);
