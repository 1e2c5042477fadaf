/** Nx loads it as nx.json names it; the section has no targets of its own. */
export const name = '@fairness-deploy/takeover/plugin';
