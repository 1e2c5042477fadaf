import { exampleApplication, exampleProcess } from '@fairness-deploy/core/testing';
import { lines, sh } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { choosePorts, printWithPorts, withMarks } from './free-ports.js';

const given = exampleApplication({
  processes: [
    exampleProcess({ name: 'web', port: 3000, alternatePort: 3001, instances: 2 }),
    exampleProcess({ name: 'api', port: 3002, alternatePort: 3003 }),
  ],
});

it('withMarks() gives each process one port of its own, the same in both colours', () => {
  const { application, ports } = withMarks(given);
  const [web, api] = application.processes;
  expect([web?.port, web?.alternatePort, web?.instances]).toEqual([web?.port, web?.port, 1]);
  expect(ports.map(({ process, mark }) => [process, mark])).toEqual([
    ['web', String(web?.port)],
    ['api', String(api?.port)],
  ]);
  expect(new Set(ports.map(({ mark }) => mark)).size).toBe(2);
});

it('the host chooses free ports, and writes them where the marks are, also beside a secret', async () => {
  const { ports } = withMarks(given);
  const [web = '', api = ''] = ports.map(({ mark }) => mark);
  const secret = new Secret('name', "it's a \\ & / secret");
  const script = Text.of(`PORT='${web}'\nURL='http://127.0.0.1:${api}/`, secret, "'\n");
  const whole = lines(
    sh`
      set -eu
      # The first port is taken.
      ss() { [ "$2" != 'sport = :20000' ] || echo taken; }`,
    choosePorts(ports),
    printWithPorts(script, ports),
  );
  await checkShell(whole);
  expect(execFileSync('sh', { input: whole.reveal(), encoding: 'utf8' })).toBe(
    `PORT='20001'\nURL='http://127.0.0.1:20002/${secret.reveal()}'\n`,
  );
});
