export function checkMachine(): void;
export function isDebian(release: string): boolean;
