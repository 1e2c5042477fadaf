export function makeSecrets(folder: string, environment: string): void;
