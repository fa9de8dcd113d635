// Adds up vitest's reports: one line, N passed, N failed. Fails when one of them is missing, counts a failure, a suite
// that failed, or nothing at all: the exit code of a test run has been known to lie. Before that line it repeats what
// failed and why: where a log keeps only its end, the failures of an earlier run are nowhere else.
const { readFileSync } = require('node:fs');
const { relative } = require('node:path');

const linesOfReason = 12;

function reason(message) {
  return message
    .split('\n')
    .slice(0, linesOfReason)
    .map((line) => `      ${line}\n`)
    .join('');
}

function printFailures(testFiles) {
  for (const { name, message, status, assertionResults = [] } of testFiles) {
    const failures = assertionResults.filter((test) => test.status === 'failed');
    if (status !== 'failed' && failures.length === 0) continue;
    process.stdout.write(`  failed: ${relative(process.cwd(), name)}\n`);
    if (failures.length === 0) process.stdout.write(reason(message || 'outside of its tests'));
    for (const { fullName, failureMessages } of failures) {
      process.stdout.write(`    ${fullName}\n${failureMessages.map(reason).join('')}`);
    }
  }
}

let [passed, failed] = [0, 0];
for (const file of process.argv.slice(2)) {
  try {
    const {
      success,
      numPassedTests,
      numFailedTests,
      numFailedTestSuites,
      testResults = [],
    } = JSON.parse(readFileSync(file, 'utf8'));
    passed += numPassedTests;
    // a run that failed outside of any test is one failure as well
    failed += numFailedTests || numFailedTestSuites || (success && numPassedTests > 0 ? 0 : 1);
    printFailures(testResults);
  } catch (error) {
    process.stderr.write(`${file}: ${error.message}\n`);
    failed++;
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
