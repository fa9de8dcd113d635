// How long `startTestServer` takes, from what `npm run build` has made: medians of processes, each of which starts two servers.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const module = new URL('../dist/server/start-test-server.js', import.meta.url);
const { processes = '15' } = parseArgs({ options: { processes: { type: 'string' } } }).values;
if (!existsSync(module)) throw new Error(`${fileURLToPath(module)} is not there: npm run build makes it.`);

const program = `
  const spent = () => Object.values(process.cpuUsage()).reduce((sum, each) => sum + each) / 1000;
  const figures = [];
  let [at, cpu] = [performance.now(), spent()];
  const mark = () => {
    figures.push(performance.now() - at, spent() - cpu);
    [at, cpu] = [performance.now(), spent()];
  };
  const { startTestServer } = await import(${JSON.stringify(module.href)});
  mark();
  const first = await startTestServer();
  mark();
  const second = await startTestServer();
  mark();
  await second.reset();
  mark();
  await Promise.all([first.stop(), second.stop()]);
  console.log(JSON.stringify(figures));
`;
const steps = ['import of the module', 'first server', 'another server', 'reset()'];

const runs = Array.from({ length: Number(processes) }, (): number[] =>
  JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })),
);
const sorted = (index: number) => runs.map((run) => run[index] ?? Number.NaN).toSorted((one, other) => one - other);
const median = (index: number) => Math.round(sorted(index)[runs.length >> 1] ?? 0);
const least = (index: number) => Math.round(sorted(index)[0] ?? 0);
console.log('| step | ms, median | ms, least | ms of processor time, median |\n| --- | ---: | ---: | ---: |');
for (const [at, step] of steps.entries())
  console.log(`| ${step} | ${median(2 * at)} | ${least(2 * at)} | ${median(2 * at + 1)} |`);
