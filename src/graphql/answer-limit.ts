import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { writeJson } from '../domain/json-text.ts';
import { AnswerTooLargeError } from '../errors.ts';
import { jsonByteLength, surelyFits } from '../transport/json-size.ts';
import { toGraphQLError } from './errors.ts';

/** Error messages are cut to this length, since they may repeat what the client sent. */
const maxMessageLength = 500;

/** Yoga plugin: replaces a response of more than `maxBytes` of JSON by an error, before it is serialised; cuts long messages. */
export function useAnswerLimit(maxBytes: number): Plugin {
  return {
    onExecutionResult({ result, setResult }) {
      if (!result || Array.isArray(result) || !isAnswer(result)) return;
      const limited = limitAnswer(result, maxBytes);
      if (limited !== result) setResult(limited);
    },
  };
}

/** An answer with short messages, to be written by `writeJson`; an error in its place if it has more than `maxBytes` of JSON. */
export function limitAnswer(result: ExecutionResult, maxBytes: number): ExecutionResult {
  for (const error of result.errors ?? []) shorten(error);
  Object.assign(result, { stringify: writeJson });
  return fits(result, maxBytes) ? result : { errors: [toGraphQLError(new AnswerTooLargeError(maxBytes))] };
}

const isAnswer = (result: object): result is ExecutionResult => 'data' in result || 'errors' in result;

function fits({ data, errors }: ExecutionResult, maxBytes: number): boolean {
  // the serialised form of a GraphQLError, which its toJSON makes later
  const shown = (errors ?? []).map(({ message, path, extensions, locations }) => ({
    message,
    path,
    extensions,
    locations,
  }));
  const answer = { data, ...(shown.length > 0 && { errors: shown }) };
  return surelyFits(answer, maxBytes) || jsonByteLength(answer, maxBytes) <= maxBytes;
}

function shorten(error: GraphQLError): void {
  if (error.message.length > maxMessageLength) error.message = `${error.message.slice(0, maxMessageLength)}…`;
}
