const STARTERS = '(spawn|execFile|exec|fork)(Sync)?';
const STARTS = `CallExpression[callee.name=/^${STARTERS}$/]`;
const MODULE = '[source.value=/^(node:)?child_process$/]';

/**
 * For eslint's no-restricted-syntax: programs that the client starts must not get the keys of the
 * secrets. Calls are known by their names, so node:child_process is imported by these names only,
 * and its functions are called and not passed on, such as to promisify().
 */
export const CHILD_PROCESSES = [
  `${STARTS}:not(:has(Property[key.name="env"]))`,
  `${STARTS} Property[key.name="env"] MemberExpression[object.name="process"][property.name="env"]`,
  `ImportDeclaration${MODULE} > :matches(ImportNamespaceSpecifier, ImportDefaultSpecifier)`,
  `ImportDeclaration${MODULE}[importKind!="type"] > ImportSpecifier[importKind!="type"]:not([local.name=/^${STARTERS}$/])`,
  `:matches(ImportExpression, ExportNamedDeclaration, ExportAllDeclaration)${MODULE}`,
  'CallExpression[callee.name="require"] > Literal[value=/^(node:)?child_process$/]',
  `:matches(CallExpression > Identifier.arguments, VariableDeclarator > Identifier.init)[name=/^${STARTERS}$/]`,
].map((selector) => ({
  selector,
  message: 'Start programs with childEnvironment() of @fairness-deploy/shell/client.',
}));
