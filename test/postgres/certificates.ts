import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The files of a certificate and its key. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Makes certificates with openssl, in a folder that is removed at the end. */
export interface Authorities extends Disposable {
  readonly folder: string;
  /** A new authority, which signs others. */
  authority(name: string): Certificate;
  /** A certificate with this common name; `names` are as openssl has them: `DNS:localhost,IP:127.0.0.1`. */
  issue(by: Certificate, commonName: string, more?: { names?: string; days?: number }): Certificate;
  /** The file of what this authority has revoked. */
  revoke(by: Certificate, certificate: Certificate): string;
}

/** Keys belong to `owner`, who is the only one that may read them. */
export function openAuthorities(owner: { uid: number; gid: number } | null): Authorities {
  const folder = mkdtempSync(join(tmpdir(), 'cq-certificates-'));
  chmodSync(folder, 0o755);
  let count = 0;
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const next = (name: string) => {
    const path = join(folder, `${name}-${++count}`);
    return { certificate: `${path}.crt`, key: `${path}.key` };
  };
  const own = (files: Certificate) => {
    chmodSync(files.key, 0o600);
    if (owner) chownSync(files.key, owner.uid, owner.gid);
    return files;
  };
  return {
    folder,
    authority(name) {
      const files = next(name);
      openssl('req', '-x509', ...newKey, '-keyout', files.key, '-out', files.certificate, '-subj', `/CN=${name}`);
      return own(files);
    },
    issue(by, commonName, { names, days = 2 } = {}) {
      const files = next('issued');
      const request = `${files.certificate}.csr`;
      const extension = names === undefined ? [] : ['-addext', `subjectAltName=${names}`];
      openssl('req', ...newKey, '-keyout', files.key, '-out', request, '-subj', `/CN=${commonName}`, ...extension);
      const signed = ['-CA', by.certificate, '-CAkey', by.key, '-CAcreateserial', '-copy_extensions', 'copy'];
      openssl('x509', '-req', '-in', request, ...signed, '-days', String(days), '-out', files.certificate);
      return own(files);
    },
    revoke(by, { certificate }) {
      const index = join(folder, `index-${++count}`);
      const list = `${index}.crl`;
      const configuration = `${index}.cnf`;
      writeFileSync(index, '');
      writeFileSync(
        configuration,
        `[ca]\ndefault_ca = it\n[it]\ndatabase = ${index}\ndefault_md = sha256\ndefault_crl_days = 2\n`,
      );
      const authority = ['ca', '-config', configuration, '-cert', by.certificate, '-keyfile', by.key];
      openssl(...authority, '-revoke', certificate);
      openssl(...authority, '-gencrl', '-out', list);
      return list;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
