export { openBrowser } from '../lab/browser.mjs';
