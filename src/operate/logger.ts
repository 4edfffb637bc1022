import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { redacted } from './redact.ts';

export interface LogOptions {
  level: string;
  /** For eyes instead of machines. */
  pretty: boolean;
  /** Standard output when left out. */
  destination?: DestinationStream;
}

/** The logger of the process: one JSON line an event, without secrets. (pino does not ask about the bindings of a child: put none there.) */
export function createLogger({ level, pretty: forEyes, destination }: LogOptions): Logger {
  const options: LoggerOptions = {
    level,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }), log: redacted },
    serializers: { err: (error: unknown) => describeError(error) },
  };
  if (!forEyes) return destination ? pino(options, destination) : pino(options);
  const out = destination ?? process.stdout;
  const prettify = prettyFactory({ colorize: process.stdout.isTTY, ignore: 'pid,hostname' });
  return pino(options, { write: (line) => void out.write(prettify(line)) });
}

interface DescribedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: DescribedError;
}

/**
 * An allow-list: libraries hang the refused values, the whole request or the connection on their errors,
 * and pino would write down every one of these.
 */
function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth === 3 ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}
