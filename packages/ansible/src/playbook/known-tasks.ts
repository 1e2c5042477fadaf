/** The tasks of the old roles, by their names, and what does the same now. Both generations. */
const NODE = 'section application, node: each release has its Node.js';
const NGINX = 'section nginx';
const CERTBOT = 'section certbot';
const RELEASE = 'section release: deploy';
const SUPERVISOR = 'section supervisor';

const BY_PART: Readonly<Record<string, readonly string[]>> = {
  [NODE]: [
    ...['Setup Node', 'Install nvm', 'Install Node version', 'Install Node binary'],
    ...['Get current Node version', 'Set current_node_version fact', 'Get node binary path'],
    ...['Default to newly installed Node version', 'Set node_bin_path fact', 'Get npm binary path'],
    ...['Set npm_bin_path fact', 'Create node bin symlink', 'Create npm bin symlink'],
  ],
  [NGINX]: [
    ...['Ensure nginx is installed and up to date', 'Ensure nginx is running', 'reload nginx'],
    ...['Sync Nginx', 'Ensure default Nginx site is removed'],
    ...['Ensure Nginx config is present and up to date', 'Configure dhparams'],
    ...['Ensure Nginx site is configured and up to date'],
    'Ensure app Nginx site is disabled while certs get configured',
  ],
  [CERTBOT]: [
    ...['Setup certbot', 'Ensure snapd is installed', 'Ensure snapd is enabled'],
    ...['Update snap after install', 'Ensure certbot is installed and up to date'],
    ...['Symlink certbot', 'Configure certificates', 'Ensure LetsEncrypt webroot is present'],
    ...['Ensure LetsEncrypt Nginx site is configured', 'Ensure LetsEncrypt site is active'],
    ...['Create certificates', 'Ensure certs get renewed', 'Ensure LetsEncrypt is disabled'],
  ],
  [RELEASE]: [
    ...['Deploy web', 'Sync repository', 'Git checkout {{ git_version }}', 'Sync installation'],
    ...['Ensure installation is up to date', 'Sync environment variables', 'Sync build'],
    ...['Ensure server .env file is up to date', 'Ensure client .env file is up to date'],
    ...['Ensure legacy client .env file is up to date', 'Ensure ormconfig.json is up to date'],
    ...['Ensure kit client .env.local file is up to date', 'Ensure build is up to date'],
    ...['Sync DB', 'Ensure legacy ormconfig.json is absent', 'Ensure migrations are up to date'],
  ],
  [SUPERVISOR]: [
    ...['Ensure supervisor is installed', 'Ensure supervisor is running', 'Sync supervisor'],
    ...['Ensure supervisor configuration is up to date', 'Ensure supervisor has reloaded'],
    ...['Ensure api is running', 'Ensure client is running', 'Ensure client-legacy is running'],
    ...['Ensure client-kit is running', 'Ensure client-proxy is running', 'reload supervisor'],
  ],
  'the command provision': [
    ...['Provision-time setup', 'Deploy-time setup', 'Update system'],
    'Ensure {{ item }} is installed',
  ],
};

/** What does the work of a task of the old roles, by the task's name. */
export const KNOWN_TASKS: ReadonlyMap<string, string> = new Map(
  Object.entries(BY_PART).flatMap(([part, names]) => names.map((name) => [name, part])),
);

/** Tasks that are known, but install what they name in the items. */
export const PACKAGE_TASK = 'Ensure {{ item }} is installed';
/** The packages of that task which the product brings where it needs them. */
export const KNOWN_PACKAGES: readonly string[] = ['curl', 'git', 'make'];
