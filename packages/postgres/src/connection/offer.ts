import type { Offer } from '@fairness-deploy/core';
import type { Section } from '../section/section.js';
import { databaseOf } from './database.js';
import { databaseUrl } from './database-url.js';

/** `${postgres.url}`, `${postgres.host}` and so on: the connection, for the application's variables. */
export const connectionOffer: Offer<Section> = {
  name: 'postgres',
  placeholder: 'setting',
  values({ section, application, secret }) {
    const database = databaseOf({ section, application, secret });
    const { host, port, user, password, name, tls, ca } = database;
    return {
      ...{ url: databaseUrl(database), host, port, user, password, database: name, tls },
      // Empty, so that a variable of the application can name it in all environments.
      ca: ca ?? '',
    };
  },
};
