import { expect, it } from 'vitest';
import { findingsWorseThan, parseTlsReport } from './scan-tls.js';

const finding = (id: string, severity: string, text: string) => ({
  ...{ id, ip: 'shop.test/127.0.0.1', port: '443' },
  ...{ severity, finding: text },
});

const json = JSON.stringify([
  finding('engine_problem', 'WARN', 'No engine'),
  finding('TLS1', 'LOW', 'offered'),
  finding('BREACH', 'MEDIUM', 'potentially VULNERABLE'),
  finding('cert_revocation', 'HIGH', 'Neither CRL nor OCSP URI provided'),
  finding('RC4', 'HIGH', 'VULNERABLE'),
  finding('overall_grade', 'OK', 'A+'),
]);

it('findingsWorseThan() has the worst first, without those of a test’s authority', () => {
  const report = parseTlsReport(json);
  expect(report.grade).toBe('A+');
  expect(findingsWorseThan('LOW', report)).toEqual([
    'HIGH RC4: VULNERABLE',
    'MEDIUM BREACH: potentially VULNERABLE',
  ]);
  expect(findingsWorseThan('MEDIUM', report, ['RC4'])).toEqual([
    'HIGH cert_revocation: Neither CRL nor OCSP URI provided',
  ]);
});

it('parseTlsReport() refuses what it doesn’t know', () => {
  expect(() => parseTlsReport('[{"id":"a","severity":"AWFUL","finding":""}]')).toThrow('severity');
});
