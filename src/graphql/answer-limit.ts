import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { writeJson } from '../domain/json-text.ts';
import { AnswerTooLargeError } from '../errors.ts';
import { jsonBytes } from '../transport/answer-size.ts';
import { toGraphQLError } from './errors.ts';

/** A message that repeats what was sent ends here. */
const longestMessage = 500;

/** Replaces an answer of more than `maxBytes` by an error, before it is written as JSON; shortens messages. */
export function useAnswerLimit(maxBytes: number): Plugin {
  return {
    onExecutionResult({ result, setResult }) {
      if (!result || Array.isArray(result) || !isAnswer(result)) return;
      for (const error of result.errors ?? []) shorten(error);
      Object.assign(result, { stringify: writeJson });
      if (sizeOf(result, maxBytes) > maxBytes)
        setResult({ errors: [toGraphQLError(new AnswerTooLargeError(maxBytes))] });
    },
  };
}

const isAnswer = (result: object): result is ExecutionResult => 'data' in result || 'errors' in result;

function sizeOf({ data, errors }: ExecutionResult, maxBytes: number): number {
  // what an error becomes is decided when it is written
  const told = (errors ?? []).map(({ message, path, extensions, locations }) => ({
    message,
    path,
    extensions,
    locations,
  }));
  return jsonBytes({ data, ...(told.length > 0 && { errors: told }) }, maxBytes);
}

function shorten(error: GraphQLError): void {
  if (error.message.length > longestMessage) error.message = `${error.message.slice(0, longestMessage)}…`;
}
