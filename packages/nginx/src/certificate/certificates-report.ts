import type { Finding, ReportBar, ReportPart, ReportSource } from '@fairness-deploy/core';

/** How many days the certificates have left. */
export const certificatesReport: ReportSource = {
  parts: (_output, findings) => certificateParts(findings),
};

/** Of the findings about certificates; nothing where there are none. Pure. */
export function certificateParts(findings: readonly Finding[]): readonly ReportPart[] {
  const bars = findings.flatMap(({ name, level, data }): readonly ReportBar[] => {
    const [, label] = /^certificate (.+)$/.exec(name) ?? [];
    const days = data['daysLeft'];
    if (label === undefined || typeof days !== 'number') return [];
    const until = typeof data['ends'] === 'string' ? `, until ${data['ends'].slice(0, 10)}` : '';
    return [{ label, value: Math.max(0, days), text: `${String(days)} days${until}`, level }];
  });
  return bars.length === 0 ? [] : [{ kind: 'bars', title: 'Certificates: days left', bars }];
}
