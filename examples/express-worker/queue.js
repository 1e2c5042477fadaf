import { Redis } from 'ioredis';

export const NAME = 'mails';

// Without a limit, as a worker waits for Redis as long as that is restarted.
export const connect = () => new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null });
