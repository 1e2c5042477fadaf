import type { Application, Environment, Process } from '@fairness-deploy/core';

/** A process for tests. */
export function process(name: string, port: number, route?: string): Process {
  return {
    name,
    port,
    alternatePort: port + 100,
    ...(route !== undefined && { route }),
    command: ['node', 'main.js'],
    health: { path: '/', status: 200, interval: 1, deadline: 30, settle: 0 },
    env: {},
  };
}

/** An application for tests: an API and a client in front of it. */
export const application: Application = {
  name: 'shop',
  user: 'shop',
  home: '/srv/shop',
  node: { version: '20.20.2', mirror: 'https://nodejs.org/dist' },
  env: {},
  processes: [process('client', 3001, '/'), process('api', 3000, '/api'), process('worker', 3002)],
};

export const host = { name: 'web', address: 'web', sudo: false };

/** An environment without an application; its folder is this one. */
export const bare: Environment = {
  name: 'test',
  workspace: __dirname,
  folder: __dirname,
  hosts: [host],
  sections: {},
};

export const environment: Environment = { ...bare, application };
