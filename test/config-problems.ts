import { ConfigError, readConfig } from '../src/config/config.ts';

/** What the program says about an environment, line by line; nothing when it takes it. */
export function problemsOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}
