import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { CHILD_PROCESSES } from './tools/child-processes.mjs';
import { PACKAGES } from './tools/packages.mjs';

/** Dependencies go one way, between packages and between their rooms. Tests may use the sandbox: it is their host. */
const boundaries = Object.entries(PACKAGES).flatMap(([name, { uses, rooms = [] }]) => {
  const src = `packages/${name}/src`;
  /**
   * @param {readonly string[]} allowed packages
   * @param {readonly string[]} [above] folders of this package
   * @returns {import('eslint').Linter.RulesRecord}
   */
  const forbidden = (allowed, above = []) => ({
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^@fairness-deploy/(?!(${[...allowed, '-'].join('|')})(/|$))`,
            message: `packages/${name} may use ${allowed.join(', ') || 'no other package'}.`,
          },
          { regex: String.raw`^(\.\./)+packages/`, message: 'Import a package by its name.' },
          ...(above.length > 0
            ? [
                {
                  regex: String.raw`^(\.\./)+(${above.join('|')})/`,
                  message: `It is above this folder: see rooms in tools/packages.mjs.`,
                },
              ]
            : []),
        ],
      },
    ],
  });
  return [
    { files: [`${src}/**/*.ts`], ignores: ['**/*.spec.ts'], rules: forbidden(uses) },
    ...rooms.map((room, at) => ({
      files: [`${src}/${room}/**/*.ts`],
      ignores: ['**/*.spec.ts'],
      rules: forbidden(uses, rooms.slice(at + 1)),
    })),
    { files: [`${src}/**/*.spec.ts`], rules: forbidden([...uses, 'sandbox', 'core']) },
  ];
});

/** What to do stands in an error's hint (CONTRIBUTING.md, Style), so that one place prints it. */
const HINT = '/→|; (add|deploy|move|provision|run|see|try|use)[ :]/';
const HINTS_IN_MESSAGES = [
  ['NewExpression[callee.name=/Error$/]', 'Give the hint as { hint }, see HintedError.'],
  ['CallExpression[callee.name="fail"]', "Give the hint as fail()'s second argument."],
].flatMap(([call, message]) =>
  [`Literal[value=${HINT}]`, `TemplateElement[value.raw=${HINT}]`].map((text) => ({
    selector: `${call} > .arguments:first-child:matches(${text}, :has(${text}))`,
    message,
  })),
);

/** When HOME is empty, os.homedir() is empty, too: a path below it is relative then. */
const HOME_FOLDER = {
  selector: 'ImportSpecifier[imported.name="homedir"]',
  message: 'Call homeFolder() of @fairness-deploy/shell/client.',
};

export default defineConfig(
  {
    ignores: ['**/dist', '**/node_modules', 'examples', 'tmp', 'coverage', '.nx', '**/.eslintrc*'],
  },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['packages/*/tsconfig.json', 'tools/tsconfig.json', 'tsconfig.spec.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: false }],
    },
  },
  {
    // What runs before anything is built: tsc and the typed rules check it, too.
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: { performance: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
  { files: ['**/*.js'], languageOptions: { sourceType: 'commonjs' } },
  ...boundaries,
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing/**'],
    rules: {
      'no-restricted-syntax': ['error', ...CHILD_PROCESSES, ...HINTS_IN_MESSAGES, HOME_FOLDER],
    },
  },
  {
    files: ['tools/**/*.{ts,mts,mjs}'],
    ignores: ['**/*.spec.ts', '**/*.spec.mts'],
    rules: { 'no-restricted-syntax': ['error', ...HINTS_IN_MESSAGES] },
  },
);
