import { deployScript, markOf, planScript } from './ci-scripts.js';
import { installCommands, secretNames, type CiFacts } from './ci-facts.js';
import { lines, quoted } from './github-workflow.js';

/** GitLab's own file. */
export const GITLAB_FILE = '.gitlab-ci.yml';

/** The file of an environment's jobs, which GitLab's own file includes. */
export function gitlabFile(environment: string): string {
  return `.gitlab/deploy-${environment}.yml`;
}

/** A variable of the type File: it is the path of the key. */
const KEY = `tr -d '\\r' <"$SSH_KEY"`;

/** A new .gitlab-ci.yml: the tests, and the environment's jobs. */
export function gitlabPipeline(facts: CiFacts): string {
  return lines([
    'include:',
    `  - local: ${gitlabFile(facts.environment)}`,
    '',
    '# Merge requests and branches, and not both for one push.',
    'workflow:',
    '  rules:',
    `    - if: $CI_COMMIT_BRANCH == ${doubleQuoted(facts.branch)}`,
    '    - if: $CI_PIPELINE_SOURCE == "merge_request_event"',
    '    - if: $CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS',
    '      when: never',
    '    - if: $CI_COMMIT_BRANCH',
    '',
    'test:',
    '  stage: test',
    `  image: ${imageOf(facts)}`,
    '  script:',
    ...[...installCommands(facts), facts.test].map((command) => `    - ${quoted(command)}`),
  ]);
}

/** The jobs that plan and deploy an environment. */
export function gitlabJobs(facts: CiFacts): string {
  const { environment, url, branch, key } = facts;
  const { sshKey, secretsKey } = secretNames(facts);
  const token = 'PLAN_TOKEN';
  return lines([
    `# Deploys ${environment} when the stages before have passed on its branch, and comments merge requests with its plan.`,
    `# Made by npx nx g @fairness-deploy/release:ci ${environment}. Change it as you like: the generator leaves it alone.`,
    '#',
    '# Variables of the project (Settings, CI/CD, Variables):',
    `#   ${sshKey}: type File; a private key without a passphrase, whose public key may log in on the hosts`,
    ...(secretsKey === undefined
      ? []
      : [
          `#   ${secretsKey}: masked; ${key?.kind === 'password' ? 'the password of' : "a private key of age, of the CI's own, that is a recipient of"} environments/${environment}/secrets.yaml`,
        ]),
    `#   ${token}: masked; a project access token with the scope api, to comment (without it, the job has the plan)`,
    `# The keys of the hosts are in environments/${environment}/known_hosts, which is in git.`,
    `.deploy-${environment}:`,
    `  image: ${imageOf(facts)}`,
    '  variables:',
    '    # All commits: a host gets those that it does not have yet.',
    "    GIT_DEPTH: '0'",
    '    # Without it, Nx starts a process for each plugin: it takes twice as long to start.',
    "    NX_ISOLATE_PLUGINS: 'false'",
    `    SSH_KEY: $${sshKey}`,
    ...(key && secretsKey !== undefined ? [`    ${key.variable}: $${secretsKey}`] : []),
    '  before_script:',
    ...installCommands(facts).map((command) => `    - ${command}`),
    '',
    `plan-${environment}:`,
    `  extends: .deploy-${environment}`,
    '  stage: test',
    '  rules:',
    '    # A fork has no secrets, and its files must not run beside any.',
    '    - if: >-',
    '        $CI_PIPELINE_SOURCE == "merge_request_event" &&',
    '        $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID &&',
    `        $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == ${doubleQuoted(branch)} && $${sshKey}`,
    '  script:',
    '    - |',
    ...planScript(facts, KEY).map((line) => `      ${line}`),
    '  after_script:',
    '    - |',
    ...commentScript(environment).map((line) => `      ${line}`.trimEnd()),
    '',
    `deploy-${environment}:`,
    `  extends: .deploy-${environment}`,
    '  stage: deploy',
    '  rules:',
    `    - if: $CI_COMMIT_BRANCH == ${doubleQuoted(branch)} && $CI_PIPELINE_SOURCE != "schedule"`,
    '  # One after the other: a deployment that runs is never cancelled.',
    `  resource_group: ${environment}`,
    '  interruptible: false',
    '  environment:',
    `    name: ${environment}`,
    ...(url === undefined ? [] : [`    url: ${quoted(url)}`]),
    '  script:',
    '    - |',
    ...deployScript(facts, KEY, '$CI_COMMIT_SHA').map((line) => `      ${line}`),
  ]);
}

function imageOf({ node }: CiFacts): string {
  return `node:${'version' in node ? node.version : '22'}-bookworm`;
}

function doubleQuoted(branch: string): string {
  return JSON.stringify(branch);
}

/** One comment a merge request and environment, which later plans replace. The token is on no command line. */
function commentScript(environment: string): readonly string[] {
  return [
    '[ -n "${PLAN_TOKEN:-}" ] && [ -s plan.md ] || exit 0',
    "node --input-type=module <<'END'",
    "import { readFileSync } from 'node:fs';",
    'const { CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, PLAN_TOKEN } = process.env;',
    'const notes = `${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/merge_requests/${CI_MERGE_REQUEST_IID}/notes`;',
    "const headers = { 'PRIVATE-TOKEN': PLAN_TOKEN, 'content-type': 'application/json' };",
    'const call = async (url, options = {}) => {',
    '  const response = await fetch(url, { headers, ...options });',
    '  if (!response.ok) throw new Error(`Cannot comment: GitLab answers with status ${response.status}`);',
    '  return response.json();',
    '};',
    "const body = JSON.stringify({ body: readFileSync('plan.md', 'utf8') });",
    `const own = (await call(\`\${notes}?per_page=100\`)).find((note) => note.body.startsWith('${markOf(environment)}'));`,
    "await (own ? call(`${notes}/${own.id}`, { method: 'PUT', body }) : call(notes, { method: 'POST', body }));",
    'END',
  ];
}
