export { program, UPLOADS } from './old-application.js';
export {
  checkoutOf,
  homeOf,
  OTHER_CRONTAB_LINES,
  setUpOldServer,
  type OldServer,
} from './old-server.js';
export { TakeoverHost } from './takeover-host.js';
export { startVisitors, type Visits } from './visitors.js';
