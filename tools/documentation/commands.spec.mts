import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { allBlocks, documents, folderOf, spansOf } from './blocks.mjs';
import { checkLine, isCommand, typedIn } from './commands.mjs';

describe('the commands of a document', () => {
  const inBlocks = allBlocks('console').map(({ document, line, text }) => ({
    where: `${document}:${String(line)}`,
    document,
    commands: typedIn(text),
  }));
  const inText = documents().map((document) => ({
    where: `the text of ${document}`,
    document,
    commands: spansOf(document).filter(isCommand),
  }));

  it.each([...inBlocks, ...inText.filter(({ commands }) => commands.length > 0)])(
    'are there: $where',
    ({ document, commands }) => {
      expect(commands).not.toEqual([]);
      for (const command of commands) {
        expect(() => {
          checkLine(command, folderOf(document));
        }, command).not.toThrow();
      }
    },
  );
});

describe('checkLine()', () => {
  it.each([
    'nx run prod:plan --limit web --detailed-exit-code # what would change',
    'npx nx run prod:secrets-set --name=db && npm ci',
    'nx g environment staging --host 203.0.113.10 --dry-run',
    'npm run test:faults -- steps --after switch --fault "power cut"',
    'npx vitest run --project unit tools -u',
    'node_modules/.bin/fairness-deploy rollback prod --to 3f2a1bc',
    'fairness-secrets edit|show prod',
    'nx run <environment>:<command>',
    'sandbox:ssh -- --host=<name> uptime',
    'deploy --revision <some commit>',
    'sed x | age',
  ])('takes %s', (line) => {
    checkLine(line);
  });

  it.each([
    ['nx run prod:depoly', 'Cannot find "depoly" among'],
    ['npx nx run prod:plan --limits web', 'did you mean "--limit"?'],
    ['nx run prod:plan web', 'Cannot run plan with "web"'],
    ['npx nx run-many -t reports', 'Cannot find "reports" among'],
    ['nx generate environment staging', 'Cannot find the command "generate" of nx'],
    ['nx g enviroment staging', 'Cannot find "enviroment" among'],
    ['nx g environment staging --hosts web', 'did you mean "--host"?'],
    ['npm run lint', 'Cannot find the npm script "lint"'],
    ['npm ci && npm run biuld', 'Cannot find the npm script "biuld"'],
    ['npm run test:faults -- step', 'Cannot find "step" in the usage of test:faults'],
    ['npm run test:faults -- steps --before switch', 'Cannot find "--before" in the usage'],
    ['npm run test:faults steps', 'Cannot tell what the npm script "test:faults" does'],
    ['npx vitest run --project units', 'Cannot find the project "units" of vitest'],
    ['npx vitest run packages/ngnix', 'Cannot find the file packages/ngnix'],
    ['node dist/main.js', 'Cannot find the file src/main.ts'],
    ['fairness-deploy plan prod --jsn', 'did you mean "--json"?'],
    ['fairness-deploy plan prod web', 'Cannot run plan with "prod web"'],
    ['fairness-secrets edit|shows prod', 'Cannot find "secrets-shows" among'],
    ['prod:maintenance --ofd', 'did you mean "--off"?'],
    ['deploy --revison x', 'did you mean "--revision"?'],
    ['prod:plan -- web', 'Cannot run plan with what stands behind "--"'],
    ['nxx run prod:plan', 'Cannot find the program "nxx"'],
  ])('refuses %s', (line, message) => {
    expect(() => {
      checkLine(line);
    }).toThrow(saying(message));
  });
});
