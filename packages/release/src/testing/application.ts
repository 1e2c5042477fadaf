import {
  exampleApplication,
  exampleEnvironment,
  exampleProcess,
} from '@fairness-deploy/core/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';

/** An application for tests. */
export const application = exampleApplication({
  name: 'permacoop',
  env: {
    API_URL: Text.of('http://127.0.0.1:3000'),
    TOKEN: Text.of(new Secret('token', 's3cret')),
  },
  processes: [
    exampleProcess({
      name: 'api',
      command: ['node', 'dist/api/main.js'],
      port: 3000,
      route: '/api',
      health: { path: '/api/health', status: 200, interval: 0.5, deadline: 30, settle: 4 },
    }),
  ],
});

/** Its environment. */
export const environment = exampleEnvironment({ application });
