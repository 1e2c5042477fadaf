import type { Finding } from '@fairness-deploy/core';
import type { CertificateState } from '@fairness-deploy/nginx';

/** The data of a certificate's finding, a line each; nothing for other findings. */
export function describeCertificate(data: Finding['data']): readonly string[] {
  if (data['there'] !== true) return [];
  // Sound: The check says that it is there only with its state.
  const { names, issuer, serial, ends, daysLeft, served } = data as unknown as CertificateState;
  const byNginx = Object.entries(served).map(([name, found]) => {
    if (found === undefined) return `${name}: no answer with TLS`;
    return `${name}: ${found === serial ? 'this certificate' : `another one, ${found}`}`;
  });
  return [
    `names    ${names.join(', ')}`,
    `issuer   ${issuer}`,
    `serial   ${serial}`,
    `ends     ${ends}, ${String(daysLeft)} days left`,
    ...byNginx.map((line) => `served   ${line}`),
  ];
}
