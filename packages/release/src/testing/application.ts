import type { Application, Environment } from '@fairness-deploy/core';
import { Secret, Text } from '@fairness-deploy/secrets';

/** An application for tests. */
export const application: Application = {
  name: 'permacoop',
  user: 'permacoop',
  home: '/srv/permacoop',
  node: { version: '20.20.2', mirror: 'https://nodejs.org/dist' },
  env: {
    API_URL: Text.of('http://127.0.0.1:3000'),
    TOKEN: Text.of(new Secret('token', 's3cret')),
  },
  processes: [
    {
      name: 'api',
      command: ['node', 'dist/api/main.js'],
      port: 3000,
      alternatePort: 3100,
      route: '/api',
      health: { path: '/api/health', status: 200, interval: 0.5, deadline: 30, settle: 4 },
      env: {},
    },
  ],
};

/** Its environment. */
export const environment: Environment = {
  name: 'test',
  workspace: '/workspace',
  folder: '/workspace/environments/test',
  hosts: [{ name: 'web', address: 'web', sudo: false }],
  sections: {},
  application,
};
