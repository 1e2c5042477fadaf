/** The scripts that both CIs run: POSIX, in the workspace. */
import type { CiFacts } from './ci-facts.js';

const PROGRAM = 'node_modules/.bin/fairness-deploy';

/** The line by which a plan's comment is found again. */
export function markOf(environment: string): string {
  return `<!-- plan of ${environment} -->`;
}

/** @param key prints the private key, without the line breaks of Windows */
function withKey(key: string): readonly string[] {
  return [
    '# The key is in memory only: an agent holds it while this script runs.',
    'eval "$(ssh-agent -s)" >/dev/null',
    "trap 'ssh-agent -k >/dev/null' EXIT",
    `${key} | ssh-add -q -`,
    'unset SSH_KEY',
  ];
}

/** Plans, and writes plan.md: the comment. The exit status is that of the plan. */
export function planScript({ environment }: CiFacts, key: string): readonly string[] {
  return [
    ...withKey(key),
    'status=0',
    `${PROGRAM} plan ${environment} >plan.txt 2>&1 || status=$?`,
    'cat plan.txt',
    '{',
    `  printf '%s\\n### Plan of ${environment}\\n\\n' '${markOf(environment)}'`,
    '  # Indented, all of it is text. A comment has a largest size.',
    "  sed 's/^/    /' plan.txt | head -c 60000 | iconv -cs -f UTF-8 -t UTF-8 || true",
    '} >plan.md',
    'exit "$status"',
  ];
}

/** @param commit the variable with the commit that was tested */
export function deployScript(
  { environment, deploysCommit, provision }: CiFacts,
  key: string,
  commit: string,
): readonly string[] {
  const revision = deploysCommit ? ` --revision "${commit}"` : '';
  return [
    ...withKey(key),
    ...(provision ? [`${PROGRAM} provision ${environment} --yes --wait`] : []),
    `${PROGRAM} deploy ${environment}${revision} --wait`,
  ];
}
