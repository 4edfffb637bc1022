import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';
import { v7 } from 'uuid';

/** The usual way: HMAC verified, then one INSERT and one commit for each request, on a pool of connections. */
const [databaseUrl, secret = '', organizationId, workflowId] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 20, options: '-c synchronous_commit=on' });
const key = createSecretKey(Buffer.from(secret));
const text = `
  WITH logged AS (
    INSERT INTO webhook_logs (id, organization_id, workflow_id, execution_id, received_at, request_id, method, source_ip,
      query, headers, body, body_bytes, status_code)
    VALUES ($1, $2, $3, $4, now(), $5, 'POST', $6, '', $7, $8, $9, 200)
  )
  INSERT INTO workflow_executions (id, organization_id, workflow_id, log_id, trigger_type)
  VALUES ($4, $2, $3, $1, 'webhook')`;

const app = Fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/', async (request, reply) => {
  const body = request.body as Buffer;
  const sent = Buffer.from(String(request.headers['x-webhook-signature']), 'hex');
  const expected = createHmac('sha256', key).update(body).digest();
  if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) return reply.code(401).send();
  const headers: [string, string][] = [];
  const { rawHeaders } = request.raw;
  for (let i = 0; i < rawHeaders.length; i += 2) headers.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  const logId = v7();
  const executionId = v7();
  const values = [
    logId,
    organizationId,
    workflowId,
    executionId,
    request.id,
    request.ip,
    JSON.stringify(headers),
    body,
    body.length,
  ];
  await pool.query({ name: 'insert', text, values });
  return { success: true, workflowId, executionId, logId };
});
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.send?.({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/` });
