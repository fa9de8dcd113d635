import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sqliteDatabase } from '../src/config/sqlite-url.ts';
import { openStore } from '../src/store/open.ts';
import { has, lacks, unless } from './left-out.ts';
import { run, temporaryFolder } from './process.ts';

const folder = join(import.meta.dirname, '../deploy/systemd');
const services = ['cq-server.service', 'cq-server-backup.service'];
const withSystemd = unless(!hasSystemd(), lacks.systemdAnalyze);

/** Whether there is a systemd that looks at units which are not installed: 250 does. */
function hasSystemd(): boolean {
  if (!has('systemd-analyze')) return false;
  const [, version] = /systemd (\d+)/.exec(execFileSync('systemd-analyze', ['--version'], { encoding: 'utf8' })) ?? [];
  return Number(version) >= 250;
}

/** What systemd has against these units; what it says of those of the machine, which they depend on, is left out. */
function complaintsAbout(files: readonly string[]): string[] {
  const said = execFileSync('sh', ['-c', 'systemd-analyze verify "$@" 2>&1 || true', 'sh', ...files], {
    encoding: 'utf8',
  });
  return said.split('\n').filter((line) => line.includes('cq-server'));
}

/** The settings of a unit, each with its values in order. */
function settingsOf(unit: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const [, name = '', value = ''] of readFileSync(join(folder, unit), 'utf8').matchAll(/^(\w+)=(.*)$/gm))
    settings.set(name, [...(settings.get(name) ?? []), value]);
  return settings;
}

const one = (unit: string, name: string): string => settingsOf(unit).get(name)?.join('\n') ?? '';
/** What a unit runs, without the path of the program. */
const commandOf = (unit: string): string[] => one(unit, 'ExecStart').split(' ').slice(1);

describe('the units of systemd', () => {
  it.for(services)('%s runs as an account that may do nothing else', (unit) => {
    expect(one(unit, 'ExecStart')).toMatch(/^\/usr\/local\/bin\/cq-server /);
    expect([one(unit, 'User'), one(unit, 'CapabilityBoundingSet'), one(unit, 'UMask')]).toEqual([
      'cq-server',
      '',
      '0077',
    ]);
    expect([one(unit, 'ProtectSystem'), one(unit, 'NoNewPrivileges')]).toEqual(['strict', 'yes']);
    // what it may write to is made for it
    expect([one(unit, 'StateDirectory'), one(unit, 'WorkingDirectory')]).toEqual(['cq-server', '/var/lib/cq-server']);
    expect(one(unit, 'Environment')).toContain('CQ_CONFIG=/etc/cq-server/cq.yaml');
    // V8 compiles while it runs
    expect(one(unit, 'MemoryDenyWriteExecute')).toBe('');
    expect(readFileSync(join(folder, 'cq-server.sysusers.conf'), 'utf8')).toMatch(/^u cq-server /m);
  });

  it('leave a server the time to finish, and start none again that is wrong', () => {
    expect(Number(one('cq-server.service', 'TimeoutStopSec'))).toBeGreaterThan(20);
    expect(one('cq-server.service', 'Restart')).toBe('on-failure');
    expect(one('cq-server.service', 'RestartPreventExitStatus').split(' ')).toEqual(['2', '78']);
    expect(commandOf('cq-server.service')).toEqual(['serve']);
  });

  it('back up what a file of settings names, as the unit says it', async () => {
    using place = temporaryFolder();
    mkdirSync(place.file('cache'));
    writeFileSync(place.file('cq.yaml'), `CQ_DB_PATH: ${place.file('cq.db')}\n`);
    await (await openStore(sqliteDatabase(place.file('cq.db')), { migrate: true })).close();
    const [, temporary = ''] = /^TMPDIR=(.*)$/m.exec(one('cq-server-backup.service', 'Environment')) ?? [];
    expect(temporary).toBe(`/var/cache/${one('cq-server-backup.service', 'CacheDirectory')}`);
    const environment = { CQ_CONFIG: place.file('cq.yaml'), TMPDIR: place.file('cache') };
    const outcome = await run(commandOf('cq-server-backup.service'), environment);
    expect(outcome).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('can be restored') });
    expect(readdirSync(place.file('backups'))).toHaveLength(1);
    expect(readdirSync(place.file('cache'))).toEqual([]);
  });

  it('are what systemd takes, and reach little', withSystemd, () => {
    using place = temporaryFolder();
    for (const unit of readdirSync(folder)) {
      // the program is not installed here
      const text = readFileSync(join(folder, unit), 'utf8').replaceAll('/usr/local/bin/cq-server', process.execPath);
      writeFileSync(place.file(unit), text);
    }
    const units = [...services, 'cq-server-backup.timer'].map((unit) => place.file(unit));
    expect(complaintsAbout(units)).toEqual([]);
    writeFileSync(place.file('cq-server-wrong.service'), '[Service]\nExecStart=/nowhere\nProtectSystem=stricter\n');
    expect(complaintsAbout([place.file('cq-server-wrong.service')])).not.toEqual([]);
    for (const unit of services)
      execFileSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', place.file(unit)], {
        stdio: 'pipe',
      });
  });
});
