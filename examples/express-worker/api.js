import { Queue } from 'bullmq';
import express from 'express';
import { connect, NAME } from './queue.js';

const redis = connect();
const mails = new Queue(NAME, { connection: redis });
const app = express();
app.set('trust proxy', 'loopback');
app.get('/health', async (_request, response) => {
  // An API that can't queue is not well.
  await mails.getJobCounts('waiting');
  response.send('ok');
});
app.post('/mails', async (request, response) => {
  const { id } = await mails.add('mail', { to: String(request.query.to) });
  response.status(202).json({ id });
});
app.get('/mails', async (_request, response) => {
  response.json(await mails.getJobCounts('completed', 'failed', 'waiting', 'active'));
});
const server = app.listen(process.env.PORT, '127.0.0.1');

process.on('SIGTERM', () => {
  // Open requests end; then the process ends by itself.
  server.close(async () => {
    await mails.close();
    redis.disconnect();
  });
});
