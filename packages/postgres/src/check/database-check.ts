import { applicationOf, type Check, type Finding, type PluginContext } from '@fairness-deploy/core';
import { createHash } from 'node:crypto';
import { connectionText } from '../connection/connection-resources.js';
import { tlsOf } from '../connection/database.js';
import type { Section } from '../section/section.js';
import { ASK_SECONDS, askDatabase } from './ask-database.js';
import { judgeDatabase } from './judge-database.js';

/** All findings about the database, one a layer, for `db-check`. */
export function layerCheck(context: PluginContext<Section>): Check {
  const { environment, section } = context;
  const { name, user } = applicationOf(environment);
  const tls = tlsOf(section);
  const text = connectionText(context);
  const expected = {
    ...{ mode: section.mode, tls, environment: environment.name },
    admin: section.admin !== undefined,
    ...(text.locked === undefined && { digest: sha256(text.reveal()) }),
  };
  return {
    name: 'database',
    layer: 'database',
    seconds: ASK_SECONDS,
    read: askDatabase({ application: name, user, tls }),
    judge: (output) => judgeDatabase(output, expected),
  };
}

/** The same as one finding, for `status`: what is wrong, or that all is well. */
export function summaryCheck(context: PluginContext<Section>): Check {
  const check = layerCheck(context);
  return { ...check, judge: (output) => [summaryOf(check.judge(output))] };
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
