import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { configOrExit } from '../config.js';
import { serve } from '../serve.js';
import { client } from './app.js';

const config = configOrExit('client', 3001);
const server = createAdaptorServer(client(config)) as Server; // HTTP/1.1 unless told otherwise.
await serve('client', server, config);
