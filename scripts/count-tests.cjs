// Adds up vitest's reports: one line, N passed, N failed. Fails when one of them is missing, counts a failure, a suite
// that failed, or nothing at all: the exit code of a test run has been known to lie.
const { readFileSync } = require('node:fs');

let [passed, failed] = [0, 0];
for (const file of process.argv.slice(2)) {
  try {
    const { success, numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(file, 'utf8'));
    passed += numPassedTests;
    // a run that failed outside of any test is one failure as well
    failed += numFailedTests || numFailedTestSuites || (success && numPassedTests > 0 ? 0 : 1);
  } catch (error) {
    process.stderr.write(`${file}: ${error.message}\n`);
    failed++;
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
