/** Permacoop in the two shapes that it has had on servers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '../install.mjs';
import { type Subject } from './application.mjs';
import { clone } from './clone.mjs';
import { type Application } from './applications.mjs';
import { greetsMember } from './permacoop-2022-site.mjs';
import { recipeEnvironment } from './recipes.mjs';

/** The page of docs/recipes with the environment of today's shape. */
export const TODAYS_RECIPE = 'nestjs';

/** The file that the environments of this repository extend. */
export const SHARED_FILE = 'environments/permacoop.yaml';

/** One NestJS application: the repository's newest commit. */
export const TODAY: Application = {
  secrets: ['db_password', 'session_secret', 'calendar_token'],
  pages: [{ path: '/login', shows: 'Se connecter' }],
};

/** A client and an API, as the environments of this repository describe them. */
export const OF_2022: Application = {
  secrets: ['db_password', 'file_encryption_key', 'calendar_secret'],
  commit: 'd1aed2eddf51403304e9d35ba568d99f74d9d47a',
  pages: [
    { path: '/login', shows: 'Se connecter' },
    // The API gets the whole path, and answers in its own words.
    { path: '/api/users/me', status: 401, shows: '"statusCode":401' },
  ],
  works: greetsMember,
};

export function permacoopToday(path: string): Subject {
  return {
    name: 'permacoop',
    application: TODAY,
    environment: recipeEnvironment(TODAYS_RECIPE),
    make: (folder) => clone(path, folder),
  };
}

export function permacoopOf2022(path: string): Subject {
  return {
    name: 'permacoop-2022',
    application: OF_2022,
    environment: readFileSync(join(WORKSPACE, SHARED_FILE), 'utf8'),
    // What environments/prod and environments/vagrant say in other ways.
    own: {
      postgres: { mode: 'local', server: { memory: '256MB' } },
      secrets: { password: { file: '../vault-password' } },
    },
    make: (folder) => clone(path, folder, OF_2022.commit),
  };
}
