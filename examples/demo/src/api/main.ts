import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { configOrExit } from '../config.js';
import { serve } from '../serve.js';
import { api } from './app.js';
import { live } from './live.js';

const config = configOrExit('api', 3000);
const server = createAdaptorServer(api(config)) as Server; // HTTP/1.1 unless told otherwise.
await serve('api', server, config, live(server, config));
