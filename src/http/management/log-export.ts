import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { stringify } from 'csv-stringify/sync';
import type { ExportedLog } from '../../store/log-export.ts';
import { headersView, jsonValue } from './body-view.ts';
import { logSummary } from './log-view.ts';

export type ExportFormat = 'ndjson' | 'csv';

export const CONTENT_TYPES = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
} as const satisfies Record<ExportFormat, string>;

/** Writes logs as text, a few at a time; the first call also writes what comes before the first log. */
export function createExportWriter(format: ExportFormat): (logs: ExportedLog[]) => string {
  if (format === 'ndjson') return (logs) => logs.map(ndjsonLine).join('');
  let isFirst = true;
  return (logs) => {
    const text = stringify(logs.map(csvRecord), { ...CSV, header: isFirst, bom: isFirst });
    isFirst = false;
    return text;
  };
}

const ndjsonLine = (log: ExportedLog): string =>
  `${JSON.stringify({ ...common(log), headers: headersView(log.headers), ...jsonBody(log.body) })}\n`;

const common = (log: ExportedLog) => ({
  ...logSummary(log),
  sha256: log.body === null ? null : createHash('sha256').update(log.body).digest('hex'),
});

/**
 * For spreadsheets. They take a cell that begins with one of `= + - @`, a tab or a return for a formula, wherever its
 * text came from: those get an apostrophe in front. The byte order mark is how they know UTF-8.
 */
const CSV = {
  columns: [
    'id',
    'receivedAt',
    'workflowId',
    'executionId',
    'requestId',
    'method',
    'query',
    'sourceIp',
    'success',
    'statusCode',
    'errorCode',
    'answeredStatus',
    'headers',
    'size',
    'sha256',
    'bodyEncoding',
    'body',
  ],
  escape_formulas: true,
  record_delimiter: 'windows',
  // A lone line feed or return is no delimiter here, but to spreadsheets it is: what follows would be a row, unescaped.
  quote_record_delimiter: true,
  cast: { boolean: String },
};

const csvRecord = (log: ExportedLog) => ({
  ...common(log),
  headers: JSON.stringify(headersView(log.headers)),
  ...textBody(log.body),
});

interface ExportedBody {
  body: unknown;
  bodyEncoding: 'json' | 'text' | 'base64' | null;
}

function jsonBody(bytes: Buffer | null): ExportedBody {
  if (bytes === null) return { body: null, bodyEncoding: null };
  const body = jsonValue(bytes);
  return body === undefined ? base64Body(bytes) : { body, bodyEncoding: 'json' };
}

/** A cell has no use for a JSON value, but for its text. No program shows a text with a NUL in it. */
function textBody(bytes: Buffer | null): ExportedBody {
  if (bytes === null) return { body: null, bodyEncoding: null };
  return isUtf8(bytes) && !bytes.includes(0)
    ? { body: bytes.toString('utf8'), bodyEncoding: 'text' }
    : base64Body(bytes);
}

const base64Body = (bytes: Buffer): ExportedBody => ({
  body: bytes.toString('base64'),
  bodyEncoding: 'base64',
});
