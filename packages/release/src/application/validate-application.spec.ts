import { loadEnvironment } from '@fairness-deploy/core';
import { EnvironmentError } from '@fairness-deploy/environment-file';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { plugin } from '../release-plugin.js';

let workspace: TemporaryWorkspace;
afterEach(() => {
  workspace.dispose();
});

const FILE = 'environments/staging/environment.yaml';

async function messageOf(text: string): Promise<string> {
  workspace = temporaryWorkspace({ [FILE]: text });
  try {
    await loadEnvironment({ workspace: workspace.folder, name: 'staging' }, { plugins: [plugin] });
    return 'no error';
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return error.message
      .replace(/^Cannot load the environment "staging": 1 problem\n\n/, '')
      .replaceAll(FILE, 'F');
  }
}

/** An environment that is right, but for the line given. */
const application = (line: string) => `hosts: { web: }
application:
  name: shop
  node: 20.20.2
  ${line}
release: {}`;
const processes = (line: string) => application(`processes:\n    ${line}`);
const api = (key: string) => processes(`api: { command: node x, port: 3000, ${key} }`);

describe('a release says what is wrong with', () => {
  it.each([
    [
      'the port of a process that has none',
      processes(
        "api: { command: node x, listen: socket }\n    web: { command: node x, port: 1, env: { API: 'http://127.0.0.1:${ports.api}/' } }",
      ),
      'F:7:50\n  application.processes.web.env.API: the process "api" listens on a socket: ${ports.api} is a path, not a port\n  → pass the path alone, ${ports.api}, to a program that connects to Unix sockets; or give "api" a port',
    ],
    [
      'the port of a process in a variable of all processes, which a build sees',
      application(
        'env: { URL: "http://${ports.api}/" }\n  processes: { api: { command: node x, port: 1 } }',
      ),
      'F:5:15\n  application.env.URL: a port differs between two releases that follow each other, so that only a process knows it: write it under env of the process that needs it',
    ],
    [
      'the port of a worker',
      processes(
        'jobs: { command: node x }\n    web: { command: node x, port: 1, env: { JOBS: "${ports.jobs}" } }',
      ),
      'F:7:51\n  application.processes.web.env.JOBS: ${ports.jobs} is not known: the process "jobs" is a worker, and listens nowhere\n  → give "jobs" a port: port: 3000',
    ],
    [
      'the port of no process',
      api('env: { URL: "http://${ports.apo}/" }'),
      'F:6:53\n  application.processes.api.env.URL: there is no process "apo"\n  → did you mean "api"?',
    ],
    [
      'the port of a process elsewhere',
      api('route: "/${ports.api}"'),
      'F:6:48\n  application.processes.api.route: a port differs between two releases that follow each other, so that only a process knows it: write it under env of the process that needs it',
    ],
    [
      'the port of a process in another section',
      'hosts: { web: "${ports.api}" }\nrelease: {}',
      'F:1:15\n  hosts.web: a port differs between two releases that follow each other, so that only a process knows it: write it under env of the process that needs it',
    ],
    [
      'a scheduled job with the name of a process',
      application(
        'schedules: { api: { command: x, at: daily } }\n  processes: { api: { command: node x, port: 1 } }',
      ),
      'F:5:21\n  application.schedules.api: a process has this name, expected one of its own',
    ],
    [
      'the path of a socket',
      `hosts: { web: }
application:
  name: shop
  home: /srv/${'x'.repeat(90)}
  node: 20.20.2
  processes: { api: { command: node x, listen: socket } }
release: {}`,
      `F:6:48\n  application.processes.api.listen: the path of its socket would be longer than 107 bytes: /srv/${'x'.repeat(90)}/sockets/api-green.sock\n  → give the application a shorter home, or the process a port`,
    ],
  ])('%s', async (_, text, message) => {
    expect(await messageOf(text)).toBe(message);
  });

  it('a port of a process that is on other hosts', async () => {
    const text = `hosts: { one: { roles: [web] }, two: { roles: [work] } }
application:
  name: shop
  node: 20.20.2
  processes:
    api: { command: node x, port: 3000, on: web }
    mail: { command: node x, port: 3001, on: work, env: { API: 'http://127.0.0.1:\${ports.api}' } }
release: {}`;
    expect(await messageOf(text)).toBe(
      'F:7:64\n  application.processes.mail.env.API: ${ports.api} is not known: the process "api" is not there, on the host two\n  → give "api" the same roles (on); or say for which hosts it is: on: <role>',
    );
  });

  it('a host of the section that has no process', async () => {
    const text = `hosts: { one: { roles: [web] }, two: { roles: [db] } }
application:
  name: shop
  node: 20.20.2
  processes: { api: { command: node x, port: 3000, on: web } }
release: {}`;
    expect(await messageOf(text)).toBe(
      'F:6:10\n  release: the application has no process, static files or scheduled job to release, on the host two\n  → say for which hosts it is: on: <role>',
    );
    workspace.dispose();
    expect(await messageOf(text.replace('release: {}', 'release: { on: web }'))).toBe('no error');
  });

  it('nothing of an application that has scheduled jobs alone', async () => {
    const text = application('schedules: { digest: { command: x, at: daily } }');
    expect(await messageOf(text)).toBe('no error');
  });

  it('nothing where the path of a socket is used as a path', async () => {
    expect(
      await messageOf(
        processes(
          "api: { command: node x, listen: socket }\n    web: { command: node x, port: 1, env: { API: '${ports.api}' } }",
        ),
      ),
    ).toBe('no error');
  });
});
