import { Worker } from 'bullmq';
import { connect, NAME } from './queue.js';

const redis = connect();
const worker = new Worker(
  NAME,
  async ({ data }) => {
    console.log(`a mail to ${data.to}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  },
  { connection: redis },
);

process.on('SIGTERM', async () => {
  // Waits for the job in hand, so that no job is done twice.
  await worker.close();
  redis.disconnect();
});
