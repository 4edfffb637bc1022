import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import pretty from 'pino-pretty';

export interface LogOptions {
  level: string;
  /** For eyes instead of machines. */
  pretty: boolean;
  /** Standard output when left out. */
  destination?: DestinationStream;
}

/** Fields that carry a credential wherever they turn up, in each spelling that is in use. */
const SECRET_FIELDS = [
  'authorization',
  'Authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'X-API-Key',
  'x-n8n-api-key',
  'X-N8N-API-KEY',
  'apiKey',
  'adminApiKey',
  'password',
  'secret',
  'secrets',
  'token',
  'verifyToken',
  'metricsToken',
  'encryptionKey',
  'databaseUrl',
  'redisUrl',
  'connectionString',
];
const DEPTHS = ['', '*', '*.*'];

/** The logger of the process: one JSON line an event, without secrets. */
export function createLogger({ level, pretty: forEyes, destination }: LogOptions): Logger {
  const options: LoggerOptions = {
    level,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: (error: unknown) => describeError(error) },
    redact: { paths: DEPTHS.flatMap((depth) => SECRET_FIELDS.map((field) => `${depth}["${field}"]`)) },
  };
  if (forEyes) return pino(options, pretty({ ...(destination ? { destination } : {}), ignore: 'pid,hostname' }));
  return destination ? pino(options, destination) : pino(options);
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
