import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '../../config/config.ts';
import { EmbeddingError } from '../../embedding/embedding-error.ts';
import { DomainError, UnavailableError, UnusableDatabaseError } from '../../errors.ts';
import { type Finding, problem, type Report, sentence } from '../../findings.ts';
import { describeError } from '../errors.ts';

/** One thing to look at. */
export interface Look {
  readonly check: string;
  /** How long it may take, in milliseconds; after that it is given up, and what it reports later is not heard. */
  readonly limitMs: number;
  /** What to do where it takes longer. */
  readonly late: string;
}

/**
 * Runs `work`, which reports findings; an error that it throws is one too, and so is that it takes longer than it may. Never throws, and
 * answers what `work` does; null where it did not end.
 */
export async function look<T>(
  { check, limitMs, late }: Look,
  report: Report,
  work: (report: Report) => Promise<T>,
): Promise<T | null> {
  let isOver = false;
  const over = new AbortController();
  const working = work((finding) => {
    if (!isOver) report(finding);
  });
  const timeout = delay(limitMs, 'late' as const, { signal: over.signal }).catch(() => 'late' as const);
  try {
    const answer = await Promise.race([working.then((value) => ({ value })), timeout]);
    if (answer !== 'late') return answer.value;
    report(problem(check, `There was no answer within ${limitMs / 1000} s.`, late));
  } catch (error) {
    for (const finding of findingsOf(check, error)) report(finding);
  } finally {
    isOver = true;
    over.abort();
    working.catch(() => {});
  }
  return null;
}

/** An error as findings, one for each line of a `ConfigError`. */
export function findingsOf(check: string, error: unknown): Finding[] {
  if (error instanceof ConfigError) return error.message.split('\n').map((line) => split(check, line));
  const { message } = describeError(error);
  if (error instanceof UnusableDatabaseError) return [split(check, message)];
  if (error instanceof UnavailableError) {
    const [, reason = message] = /\((.*)\)$/s.exec(message) ?? [];
    const { code } = (error.cause ?? {}) as { code?: unknown };
    return [
      problem(
        check,
        `There is no answer: ${reason}.`,
        String(code).startsWith('SQLITE_')
          ? 'Another process has the file locked, or the disk fails: see who has it open ("fuser" with the file), and the log of the system.'
          : 'See whether it runs, whether host and port are right, and whether a firewall is in between.',
      ),
    ];
  }
  if (error instanceof EmbeddingError)
    return [
      problem(
        check,
        sentence(message),
        error.retryable
          ? 'Start the service, or correct CQ_EMBEDDING_URL; searches go on by words meanwhile.'
          : 'Correct the CQ_EMBEDDING_ variables; searches go on by words meanwhile.',
      ),
    ];
  const advice = 'See what the message says; if it looks like a fault of this program, please report it.';
  return [problem(check, sentence(message), error instanceof DomainError ? 'See docs/deployment.md.' : advice)];
}

/**
 * A message of the form "what is wrong: what to do", or of two sentences, as configuration and databases have them, in two. Where it says
 * in brackets at the end what the driver has said, that is part of what is wrong.
 */
function split(check: string, message: string): Finding {
  const [, said = message, reason = ''] = /^(.*[.])( \(.*\))$/s.exec(message) ?? [];
  const [, found, advice] = /^(.*?[^)]): (?!the )(.*)$/s.exec(said) ?? /^(.*?)[.] ([A-Z].*)$/s.exec(said) ?? [];
  if (found === undefined || advice === undefined)
    return problem(check, sentence(message), 'Correct it: docs/configuration.md has every variable.');
  return problem(check, `${found}${reason}.`, `${advice.charAt(0).toUpperCase()}${advice.slice(1)}`);
}
