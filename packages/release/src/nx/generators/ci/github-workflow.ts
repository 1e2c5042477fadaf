import { deployScript, markOf, planScript } from './ci-scripts.js';
import { installCommands, secretNames, type CiFacts } from './ci-facts.js';

/** The file of an environment's workflow. */
export function githubFile(environment: string): string {
  return `.github/workflows/deploy-${environment}.yml`;
}

const RUNNER = 'ubuntu-latest';
const KEY = `printf '%s\\n' "$SSH_KEY" | tr -d '\\r'`;

/** A workflow of GitHub Actions. */
export function githubWorkflow(facts: CiFacts): string {
  const { environment, url, branch, isElsewhere, test } = facts;
  const { sshKey, secretsKey } = secretNames(facts);
  return lines([
    `# Deploys ${environment} when the tests have passed on its branch, and comments pull requests with its plan.`,
    `# Made by npx nx g @fairness-deploy/release:ci ${environment}. Change it as you like: the generator leaves it alone.`,
    '#',
    '# Secrets of the repository (Settings, Secrets and variables, Actions):',
    `#   ${sshKey}: a private key without a passphrase, whose public key may log in on the hosts`,
    ...(secretsKey === undefined
      ? []
      : [`#   ${secretsKey}: ${opens(facts)} environments/${environment}/secrets.yaml`]),
    `# The keys of the hosts are in environments/${environment}/known_hosts, which is in git.`,
    `name: Deploy ${environment}`,
    '',
    'on:',
    '  push:',
    `    branches: [${quoted(branch)}]`,
    '  pull_request:',
    `    branches: [${quoted(branch)}]`,
    '  workflow_dispatch:',
    ...(isElsewhere
      ? [
          "  # The application's own repository announces its commits: see docs/ci.md.",
          '  repository_dispatch:',
          `    types: [deploy-${environment}]`,
        ]
      : []),
    '',
    '# Nothing, but for what a job says.',
    'permissions: {}',
    '',
    'env:',
    '  # Without it, Nx starts a process for each plugin: it takes twice as long to start.',
    "  NX_ISOLATE_PLUGINS: 'false'",
    '',
    '# Actions of GitHub itself, by their version: Dependabot updates them. Pin others by their commit.',
    'jobs:',
    '  test:',
    `    runs-on: ${RUNNER}`,
    '    permissions:',
    '      contents: read',
    '    steps:',
    ...preparation(facts),
    `      - run: ${quoted(test)}`,
    '',
    '  plan:',
    '    # A fork gets no secrets, and its files must not run beside any. Dependabot gets none either.',
    '    if: >-',
    "      github.event_name == 'pull_request' && github.actor != 'dependabot[bot]' &&",
    '      github.event.pull_request.head.repo.full_name == github.repository',
    `    runs-on: ${RUNNER}`,
    '    timeout-minutes: 20',
    '    permissions:',
    '      contents: read',
    '      pull-requests: write',
    '    steps:',
    ...preparation(facts),
    '      - name: Plan',
    ...keys(facts),
    '        run: |',
    ...planScript(facts, KEY).map((line) => `          ${line}`),
    '      - name: Comment',
    "        if: ${{ !cancelled() && hashFiles('plan.md') != '' }}",
    '        env:',
    '          GH_TOKEN: ${{ github.token }}',
    '          PULL_REQUEST: ${{ github.event.pull_request.number }}',
    '        run: |',
    ...commentScript(environment).map((line) => `          ${line}`),
    '',
    '  deploy:',
    '    needs: test',
    `    if: github.event_name != 'pull_request' && github.ref == 'refs/heads/${branch}'`,
    `    runs-on: ${RUNNER}`,
    '    timeout-minutes: 60',
    '    permissions:',
    '      contents: read',
    '    environment:',
    `      name: ${environment}`,
    ...(url === undefined ? [] : [`      url: ${quoted(url)}`]),
    '    # One after the other: a deployment that runs is never cancelled.',
    '    concurrency:',
    `      group: deploy-${environment}`,
    '      cancel-in-progress: false',
    '    steps:',
    ...preparation(facts),
    '      - name: Deploy',
    ...keys(facts),
    '        run: |',
    ...deployScript(facts, KEY, '$GITHUB_SHA').map((line) => `          ${line}`),
  ]);
}

function opens({ key }: CiFacts): string {
  return key?.kind === 'password'
    ? 'the password of'
    : "a private key of age, of the CI's own, that is a recipient of";
}

function preparation(facts: CiFacts): readonly string[] {
  const { node, packageManager } = facts;
  return [
    '      - uses: actions/checkout@v5',
    '        with:',
    '          # All commits: a host gets those that it does not have yet.',
    '          fetch-depth: 0',
    '          persist-credentials: false',
    '      - uses: actions/setup-node@v5',
    '        with:',
    'file' in node
      ? `          node-version-file: ${node.file}`
      : `          node-version: ${node.version}`,
    ...(packageManager === 'npm' ? ['          cache: npm'] : []),
    ...installCommands(facts).map((command) => `      - run: ${command}`),
  ];
}

/** Only the step that needs them has the secrets. */
function keys(facts: CiFacts): readonly string[] {
  const { sshKey, secretsKey } = secretNames(facts);
  return [
    '        env:',
    `          SSH_KEY: \${{ secrets.${sshKey} }}`,
    ...(facts.key && secretsKey !== undefined
      ? [`          ${facts.key.variable}: \${{ secrets.${secretsKey} }}`]
      : []),
  ];
}

/** One comment a pull request and environment, which later plans replace. */
function commentScript(environment: string): readonly string[] {
  return [
    'comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"',
    `own='.[] | select(.user.login == "github-actions[bot]") | select(.body | startswith("${markOf(environment)}")) | .id'`,
    'id=$(gh api --paginate "$comments" --jq "$own" | head -n 1)',
    'if [ -n "$id" ]; then',
    '  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field body=@plan.md',
    'else',
    '  gh api --silent --method POST "$comments" --field body=@plan.md',
    'fi',
  ];
}

/** A text as YAML, in a map or a list of either style. */
export function quoted(text: string): string {
  return /^[a-z][\w ./-]*(?<! )$/i.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : `'${text.replaceAll("'", "''")}'`;
}

export function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
