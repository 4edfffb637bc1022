import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { Problem } from '../../domain/problem.ts';
import type { Budgets } from '../../runtime/budgets.ts';
import type { Database } from '../../store/database.ts';
import { type ExportedLog, exportWebhookLogs } from '../../store/log-export.ts';
import type { App } from '../app.ts';
import { CONTENT_TYPES, createExportWriter } from '../management/log-export.ts';
import { toLogFilter } from '../management/log-filter.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { problems } from '../schemas/common.ts';
import { csvExport, ndjsonExport } from '../schemas/examples/webhook-logs.ts';
import { ExportQuery } from '../schemas/webhook-logs.ts';

const DESCRIPTION = `All that match, newest first, with headers and bodies, streamed. What arrives after it began is not in it.

\`ndjson\`: a JSON object a line; \`body\` as JSON when it parses, else in base64, as \`bodyEncoding\` says. \`csv\` (RFC 4180, UTF-8 with a byte order mark, a header line): for spreadsheets; \`body\` as text, or in base64 when it is none; a cell that a spreadsheet would take for a formula has an apostrophe in front.

An export that fails breaks off its connection: one that was received to its end (the last chunk of a chunked answer) is complete. It also breaks off when the key is revoked meanwhile. An organization can have so many under way at once as its budget \`exports\` says.`;

const DISPOSITION = { type: 'string', description: 'A name for the file.' } as const;

const RETRY = { 'retry-after': '30' };
const TOO_MANY =
  'Your organization has as many exports under way as it may. Wait for the end of one, or have the limit exports raised: GET /api/usage shows it.';

/** Text, that is sent as it is made. */
const Stream = Type.Unsafe<Readable>({ type: 'string' });

/** `/api/webhook-logs/export`. */
export const webhookLogExportRoutes =
  ({ db, budgets }: { db: Database; budgets: Budgets }) =>
  async (app: App) => {
    const authorize = requireScope('logs:read');
    app.get(
      '/api/webhook-logs/export',
      {
        onRequest: authorize,
        // It would read everything only to send nothing of it.
        exposeHeadRoute: false,
        schema: {
          operationId: 'exportWebhookLogs',
          tags: ['Webhook logs'],
          summary: 'Export what was received',
          description: DESCRIPTION,
          querystring: ExportQuery,
          response: {
            200: {
              description: 'The export.',
              headers: { 'content-disposition': DISPOSITION },
              content: {
                'application/x-ndjson': { schema: Stream, example: ndjsonExport },
                'text/csv': { schema: Stream, example: csvExport },
              },
            },
            ...problems('search_too_wide', 'budget_exceeded'),
          },
        },
      },
      async (request, reply) => {
        const { format = 'ndjson', ...input } = request.query;
        const release = budgets.concurrent('exports').take(request.caller.organizationId);
        if (release === null) throw new Problem('budget_exceeded', { detail: TOO_MANY, headers: RETRY });
        // A client that is gone already is not told again that it is.
        if (reply.raw.destroyed) release();
        else reply.raw.once('close', release);
        const steps = exportWebhookLogs({
          db,
          organizationId: request.caller.organizationId,
          filter: toLogFilter(input, '/query'),
          // A key that was revoked since is refused as it would be in a new call.
          check: () => authorize(request),
        });
        // Before the answer begins: what is wrong by now is still a problem, and not a connection that breaks off.
        const first = await steps.next();
        const write = createExportWriter(format);
        const name = `webhook-logs-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}Z.${format}`;
        reply.type(CONTENT_TYPES[format]).header('content-disposition', `attachment; filename="${name}"`);
        return reply.send(Readable.from(written(first, steps, write)));
      },
    );
  };

/** One step is read when the one before was taken, so that a slow client is waited for. */
async function* written(
  first: IteratorResult<ExportedLog[], void>,
  rest: AsyncGenerator<ExportedLog[], void, undefined>,
  write: (logs: ExportedLog[]) => string,
): AsyncGenerator<string> {
  yield write(first.value ?? []);
  for await (const logs of rest) yield write(logs);
}
