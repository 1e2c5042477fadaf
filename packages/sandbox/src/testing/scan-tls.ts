import { z } from '@fairness-deploy/core';
import { runScript } from '@fairness-deploy/core/testing';
import { sh, type Connection } from '@fairness-deploy/shell';

/** What testssl.sh says of one thing, with its own words. */
export interface TlsFinding {
  /** Such as `TLS1` or `BREACH`. */
  readonly id: string;
  readonly severity: Severity;
  readonly finding: string;
}

/** testssl(1), 'severity': the first ones are no weaknesses. `WARN` is a trouble of the scan itself. */
export const SEVERITIES = [
  'DEBUG',
  'OK',
  'INFO',
  'WARN',
  'LOW',
  'MEDIUM',
  'HIGH',
  'CRITICAL',
  'FATAL',
] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface TlsReport {
  readonly findings: readonly TlsFinding[];
  /** `A+` to `F`, `T` without trust, `M` for another name; testssl.sh of Debian 12 computes none. */
  readonly grade: string | undefined;
}

export interface ScanOptions {
  /** The name to ask for (SNI). */
  readonly name: string;
  /** Where the server is, as the scanning host reaches it. */
  readonly address: string;
  readonly port?: number;
  /** PEM of a root to trust besides those that testssl.sh brings. */
  readonly root?: string;
}

/** What a scan without a connection to the outside can say of a server and its certificate. */
const CHECKS = [
  ...['--protocols', '--standard', '--fs', '--server-preference', '--server-defaults'],
  ...['--headers', '--vulnerable'],
];

/** What a certificate of a test lacks: its authority has no lists of revoked certificates. */
export const OF_TEST_AUTHORITIES: readonly string[] = ['cert_revocation'];

const SCAN_TIMEOUT_SECONDS = 400;

/**
 * Scans a TLS server by testssl.sh on a host, which installs it unless it is there. Takes one minute
 * on an idle machine. The client simulation is left out.
 *
 * @param connection to a host with Debian 13, for a grade
 * @throws Error when testssl.sh can't reach the server, or takes too long.
 */
export async function scanTls(connection: Connection, options: ScanOptions): Promise<TlsReport> {
  const { name, address, port = 443, root = '' } = options;
  const { status, text, stderr } = await runScript(
    connection,
    sh`
      export DEBIAN_FRONTEND=noninteractive
      command -v testssl >/dev/null || {
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends testssl.sh
      } >&2
      folder=$(mktemp -d)
      trap 'rm -r "$folder"' EXIT
      printf %s ${root} >"$folder/root.pem"
      set -- --quiet --warnings=batch --color 0 --nodns=none --connect-timeout 10 --openssl-timeout 10
      [ -z ${root} ] || set -- "$@" --add-ca "$folder/root.pem"
      timeout ${SCAN_TIMEOUT_SECONDS} testssl "$@" --ip ${address} --jsonfile "$folder/report.json" \
        ${CHECKS} ${`${name}:${String(port)}`} >"$folder/said" 2>&1 || status=$?
      # Small ones count what was ambiguous; above 240 it has failed (testssl(1)), 124 is timeout(1)'s.
      if [ "\${status-0}" -ge 124 ] || ! [ -s "$folder/report.json" ]; then
        tail -n 20 "$folder/said" >&2
        exit 1
      fi
      cat "$folder/report.json"`,
  );
  if (status !== 0) throw new Error(`Cannot scan ${name} on ${address}: ${stderr.trim()}`);
  return parseTlsReport(text);
}

const reportSchema = z.array(
  z.object({ id: z.string(), severity: z.enum(SEVERITIES), finding: z.string() }),
);

/** Reads the flat form of testssl.sh's JSON. */
export function parseTlsReport(json: string): TlsReport {
  const findings = reportSchema.parse(JSON.parse(json));
  return { findings, grade: findings.find(({ id }) => id === 'overall_grade')?.finding };
}

/**
 * The findings of a server that are worse than a severity, the worst first, a line each.
 *
 * @param except the ids of findings that have a reason
 */
export function findingsWorseThan(
  limit: Severity,
  { findings }: TlsReport,
  except: readonly string[] = OF_TEST_AUTHORITIES,
): readonly string[] {
  const rank = ({ severity }: TlsFinding): number => SEVERITIES.indexOf(severity);
  return findings
    .filter((one) => rank(one) > SEVERITIES.indexOf(limit) && !except.includes(one.id))
    .sort((one, other) => rank(other) - rank(one))
    .map(({ severity, id, finding }) => `${severity} ${id}: ${finding}`);
}
