import type { NodeRuntime } from '@fairness-deploy/core';
import type { Runtime, RuntimeSource } from '../application/runtime.js';

/** Where to get a release's runtime from, should it be missing. */
export function sourceOf(
  { mirror, version, sha256 }: NodeRuntime,
  runtime: Runtime | undefined,
): RuntimeSource {
  return { mirror, ...(sha256 !== undefined && version === runtime?.node && { sha256 }) };
}
