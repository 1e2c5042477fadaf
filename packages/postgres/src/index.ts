/** For other plugins: how clients on a host reach the database. */
export { defineClient } from './connection/client.js';
