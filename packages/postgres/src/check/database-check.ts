import {
  applicationOf,
  judgedBy,
  type Check,
  type Finding,
  type PluginContext,
} from '@fairness-deploy/core';
import { createHash } from 'node:crypto';
import { connectionText } from '../connection/connection-resources.js';
import { tlsOf } from '../connection/database.js';
import type { Section } from '../section/section.js';
import { ASK_SECONDS, askDatabase } from './ask-database.js';
import type { Expected } from './facts.js';
import { judgeDatabase } from './judge-database.js';

/** All findings about the database, one a layer, for `db-check`. */
export function layerCheck(context: PluginContext<Section>): Check {
  const expected = withDigest(context);
  return { ...askCheck(context), judge: (output) => judgeDatabase(output, expected) };
}

/** The same as one finding, for `status`: what is wrong, or that all is well. */
export function summaryCheck(context: PluginContext<Section>): Check {
  const expected = withDigest(context);
  return {
    ...askCheck(context),
    // The host has no other connection to compare its own with.
    ...judgedBy(judgeSummary, expectedOf(context)),
    judge: (output) => [judgeSummary(output, expected)],
  };
}

function askCheck({ environment, section }: PluginContext<Section>): Omit<Check, 'judge'> {
  const { name, user } = applicationOf(environment);
  return {
    name: 'database',
    layer: 'database',
    seconds: ASK_SECONDS,
    read: askDatabase({ application: name, user, tls: tlsOf(section) }),
  };
}

function expectedOf({ environment, section }: PluginContext<Section>): Expected {
  return {
    ...{ mode: section.mode, tls: tlsOf(section), environment: environment.name },
    admin: section.admin !== undefined,
  };
}

function withDigest(context: PluginContext<Section>): Expected {
  const text = connectionText(context);
  return {
    ...expectedOf(context),
    ...(text.locked === undefined && { digest: sha256(text.reveal()) }),
  };
}

/** Pure. */
export function judgeSummary(output: string, expected: Expected): Finding {
  return summaryOf(judgeDatabase(output, expected));
}

function summaryOf(findings: readonly Finding[]): Finding {
  const name = 'database';
  const data = Object.fromEntries(findings.map((one) => [one.name, one.data]));
  const worst =
    findings.find(({ level }) => level === 'fail') ??
    findings.find(({ level }) => level === 'warn');
  if (worst) return { ...worst, name, data };
  const text = ['login', 'latency', 'connections']
    .flatMap((one) => findings.filter((finding) => finding.name === one))
    .map((finding) => finding.text)
    .join('; ');
  return { name, level: 'ok', text, data };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
