export function withVersion(changelog: string, entry: string): string;
