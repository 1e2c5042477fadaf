import { Secret, Text } from '@fairness-deploy/secrets';

/** All secrets that stand anywhere in a value, such as an environment. */
export function secretsOf(value: unknown): readonly Secret[] {
  if (value instanceof Secret) return [value];
  if (value instanceof Text) return value.secrets;
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap(secretsOf))];
}
