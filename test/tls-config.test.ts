import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import type { PostgresConfig } from '../src/config/database.ts';
import type { Tls } from '../src/config/tls.ts';
import { has, lacks, unless } from './left-out.ts';
import { type Authorities, type Certificate, openAuthorities } from './postgres/certificates.ts';
import { temporaryFolder } from './process.ts';

const read = (parameters: Record<string, string>, environment: Record<string, string> = {}): Tls => {
  const CQ_DATABASE_URL = `postgresql://u:hush@h/db?${new URLSearchParams(parameters)}`;
  return (readConfig({ CQ_DATABASE_URL, ...environment }).database as PostgresConfig).primary.tls;
};

describe('TLS parameters without files', () => {
  it.for<[parameters: Record<string, string>, mode: Tls['mode'], verify: Tls['verify']]>([
    [{}, 'prefer', 'nothing'],
    [{ sslmode: 'disable' }, 'disable', 'nothing'],
    [{ sslmode: 'allow' }, 'allow', 'nothing'],
    [{ sslmode: 'prefer' }, 'prefer', 'nothing'],
    [{ sslmode: 'require' }, 'require', 'nothing'],
    [{ sslmode: 'verify-full' }, 'verify-full', 'name'],
    [{ sslrootcert: 'system' }, 'verify-full', 'name'],
    [{ ssl: 'true' }, 'require', 'nothing'],
    [{ sslmode: 'disable', sslrootcert: '/no/such/file' }, 'disable', 'nothing'],
  ])('mean what they mean to libpq: %o', ([parameters, mode, verify]) =>
    expect(read(parameters)).toMatchObject({ mode, verify }),
  );

  it('trust the authorities of the machine by name only', () => {
    expect(read({ sslmode: 'verify-full' }).context).not.toHaveProperty('ca');
    expect(read({ sslrootcert: 'system' }).context.ca).toContain(read({ sslrootcert: 'system' }).context.ca?.[0]);
  });

  it.for<[parameters: Record<string, string>, sentence: RegExp]>([
    [{ sslmode: 'verify-ca' }, /: sslmode=verify-ca needs the authority that it is to trust/],
    [{ sslmode: 'require', sslrootcert: 'system' }, /: sslmode must be verify-full with sslrootcert=system/],
    [{ sslmode: 'require', sslrootcert: '/no/such/file' }, /: sslrootcert cannot be read: ENOENT/],
    [{ sslmode: 'require', sslcert: '/no/such/file' }, /: sslcert cannot be read: ENOENT/],
    [{ sslmode: 'require', sslrootcert: import.meta.filename }, /: sslrootcert holds nothing in PEM/],
    [{ sslnegotiation: 'direct' }, /: sslnegotiation=direct goes with sslmode=require/],
    [{ sslnegotiation: 'other' }, /: sslnegotiation must be postgres or direct/],
    [{ sslsni: 'on' }, /: sslsni must be 1 or 0/],
    [{ ssl: 'false' }, /: ssl must be true; write sslmode=disable/],
    [{ ssl_min_protocol_version: 'SSLv3' }, /: ssl_min_protocol_version must be TLSv1, .*got "SSLv3"/],
    [{ ssl_max_protocol_version: 'TLSv1.1' }, /: ssl_max_protocol_version is below the least version, TLSv1\.2/],
    [{ channel_binding: 'on' }, /: channel_binding must be prefer, disable or require/],
    [{ sslcertmode: 'require' }, /the parameter sslcertmode is not supported/],
    [{ sslcrldir: '/x' }, /the parameter sslcrldir is not supported/],
  ])('are refused by name: %o', ([parameters, sentence]) => {
    expect(() => read(parameters)).toThrow(sentence);
    expect(() => read(parameters)).not.toThrow(/hush/);
  });
});

describe('TLS files', unless(!has('openssl'), lacks.openssl), () => {
  let folder: Authorities;
  let authority: Certificate;
  let client: { sslcert: string; sslkey: string };

  beforeAll(() => {
    folder = openAuthorities(null);
    authority = folder.authority('authority');
    const { certificate, key } = folder.issue(authority, 'ada');
    client = { sslcert: certificate, sslkey: key };
  });
  afterAll(() => folder?.[Symbol.dispose]());

  it.for<[mode: Tls['mode'] | undefined, verify: Tls['verify'], meant: Tls['mode']]>([
    [undefined, 'name', 'verify-full'],
    ['prefer', 'authority', 'prefer'],
    ['require', 'authority', 'require'],
    ['verify-ca', 'authority', 'verify-ca'],
    ['verify-full', 'name', 'verify-full'],
  ])('of an authority make sslmode=%s compare the %s', ([mode, verify, meant]) => {
    const tls = read({ ...(mode && { sslmode: mode }), sslrootcert: authority.certificate });
    expect(tls).toMatchObject({ mode: meant, verify, context: { ca: readFileSync(authority.certificate, 'utf8') } });
  });

  it('of a client are its certificate and key, and a password opens the key', () => {
    const locked = `${client.sslkey}.locked`;
    execFileSync('openssl', ['ec', '-in', client.sslkey, '-aes256', '-passout', 'pass:hush', '-out', locked], {
      stdio: 'pipe',
    });
    chmodSync(locked, 0o600);
    expect(read({ sslmode: 'require', ...client }).context).toMatchObject({
      cert: readFileSync(client.sslcert, 'utf8'),
      key: readFileSync(client.sslkey, 'utf8'),
    });
    const withPassword = { sslmode: 'require', sslcert: client.sslcert, sslkey: locked };
    expect(read({ ...withPassword, sslpassword: 'hush' }).context).toMatchObject({ passphrase: 'hush' });
    for (const sslpassword of ['', 'hushed'])
      expect(() => read({ ...withPassword, sslpassword })).toThrow(
        /sslcert: the certificates and the key cannot be used/,
      );
  });

  it('of a client are refused without a key, with another one, and with one that others can read', () => {
    const { key } = folder.issue(authority, 'bob');
    expect(() => read({ sslmode: 'require', sslcert: client.sslcert })).toThrow(/: sslcert needs the private key/);
    expect(() => read({ sslmode: 'require', sslcert: client.sslcert, sslkey: key })).toThrow(
      /cannot be used.*mismatch/,
    );
    const open = `${client.sslkey}.open`;
    copyFileSync(client.sslkey, open);
    for (const [mode, isOpen] of [
      [0o600, false],
      [0o400, false],
      [0o640, process.getuid?.() !== 0],
      [0o644, true],
      [0o660, true],
    ] as const) {
      chmodSync(open, mode);
      const reading = () => read({ sslmode: 'require', sslcert: client.sslcert, sslkey: open });
      if (isOpen) expect(reading, mode.toString(8)).toThrow(/: sslkey names a file that others can read/);
      else expect(reading, mode.toString(8)).not.toThrow();
    }
  });

  it('in the home folder count where no parameter names others', () => {
    using home = temporaryFolder();
    mkdirSync(home.file('.postgresql'));
    const at = (name: string) => home.file(`.postgresql/${name}`);
    copyFileSync(authority.certificate, at('root.crt'));
    const HOME = home.file('.');
    expect(read({}, { HOME })).toMatchObject({ mode: 'prefer', verify: 'authority' });
    expect(read({ sslmode: 'verify-ca' }, { HOME })).toMatchObject({ mode: 'verify-ca', verify: 'authority' });
    copyFileSync(client.sslcert, at('postgresql.crt'));
    copyFileSync(client.sslkey, at('postgresql.key'));
    writeFileSync(at('root.crl'), readFileSync(folder.revoke(authority, { certificate: client.sslcert, key: '' })));
    expect(read({}, { HOME }).context).toMatchObject({
      ca: readFileSync(at('root.crt'), 'utf8'),
      cert: readFileSync(at('postgresql.crt'), 'utf8'),
      key: readFileSync(at('postgresql.key'), 'utf8'),
      crl: readFileSync(at('root.crl'), 'utf8'),
    });
    expect(read({ sslrootcert: 'system' }, { HOME }).context).not.toHaveProperty('crl');
    expect(read({ sslmode: 'disable' }, { HOME }).context).toEqual({});
  });
});
