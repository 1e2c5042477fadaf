import { greet } from '@shop/greeting';

export const load = () => ({ greeting: greet(process.env.GREETING ?? 'nobody') });
