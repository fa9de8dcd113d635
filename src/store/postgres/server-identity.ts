import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/**
 * Why a certificate is not one of `host`, as libpq compares them; null if it is. A name is compared with the certificate's DNS names,
 * or with its common name if there are none; an IP address with the IP addresses, with DNS names of that text, or with the common
 * name if there are no IP addresses.
 */
export function identityProblem(host: string, der: Buffer): Error | null {
  const certificate = new X509Certificate(der);
  if (isOf(host, certificate)) return null;
  const names = certificate.subjectAltName ?? certificate.subject.split('\n').find((part) => part.startsWith('CN='));
  return Object.assign(
    new Error(`the server's certificate is not of the host ${JSON.stringify(host)}, but of ${names ?? 'no name'}`),
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  );
}

function isOf(host: string, certificate: X509Certificate): boolean {
  if (isIP(host) === 0) return certificate.checkHost(host, { partialWildcards: false }) !== undefined;
  const hasAddresses = /(^|, )IP Address:/.test(certificate.subjectAltName ?? '');
  return (
    certificate.checkIP(host) !== undefined ||
    certificate.checkHost(host, { wildcards: false, subject: hasAddresses ? 'never' : 'always' }) !== undefined
  );
}
