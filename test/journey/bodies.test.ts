import { once } from 'node:events';
import type { WebhookInput } from '../../src/http/schemas/webhook-settings.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { rawConnection, rawRequest } from '../helpers/raw-http.ts';
import t from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';

const { api, url, databaseUrl } = await startJourney(t);

const MIB = 1_048_576;

const webhook = async (settings: WebhookInput = {}) =>
  (await api.createWorkflow({ webhook: { authType: 'none', ...settings } })).id;

const head = (id: string, ...headers: string[]) =>
  [`POST /api/webhooks/${id} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n');

/** A body of this size with its length announced, or in chunks. */
function upload(id: string, size: number, announced: boolean) {
  const body = Buffer.alloc(size, 'x');
  if (announced) return rawRequest(url, head(id, `Content-Length: ${size}`), body);
  const half = size >> 1;
  const chunk = (part: Buffer) => [`${part.length.toString(16)}\r\n`, part, '\r\n'];
  return rawRequest(
    url,
    head(id, 'Transfer-Encoding: chunked'),
    ...chunk(body.subarray(0, half)),
    ...chunk(body.subarray(half)),
    '0\r\n\r\n',
  );
}

const codeOf = ({ body }: { body: string }) => (JSON.parse(body) as { code?: string }).code;

for (const announced of [true, false]) {
  const how = announced ? 'with Content-Length' : 'chunked';
  t.test(`exactly the limit is taken, a byte more is not, ${how}`, async (t) => {
    const id = await webhook();
    const taken = await upload(id, MIB, announced);
    t.equal(taken.status, 200);
    t.equal((await api.log(String(JSON.parse(taken.body).logId))).request.size, MIB);
    const refused = await upload(id, MIB + 1, announced);
    t.same([refused.status, codeOf(refused)], [413, 'payload_too_large']);
    t.match(refused.body, /larger than 1048576 bytes/);
    const row = await eventually('the refusal is in the log', async () => {
      const [found] = await api.logs({ workflowId: id, errorCode: 'payload_too_large' });
      return found;
    });
    t.match(row, { statusCode: 413, success: false, size: announced ? MIB + 1 : 0 });
    t.equal((await api.executions({ workflowId: id })).length, 1);
  });
}

t.test('limits of a webhook of its own, lower and higher than that of the service', async (t) => {
  const low = await webhook({ maxBodyBytes: 10 });
  const high = await webhook({ maxBodyBytes: 2 * MIB });
  for (const announced of [true, false]) {
    t.equal((await upload(low, 10, announced)).status, 200);
    t.equal((await upload(low, 11, announced)).status, 413);
    t.equal((await upload(high, 2 * MIB, announced)).status, 200);
    t.equal((await upload(high, 2 * MIB + 1, announced)).status, 413);
  }
});

t.test('a size that no column could hold is refused and logged like any other', async (t) => {
  const id = await webhook({ ipAllowlist: ['192.0.2.1'] });
  for (const length of ['3000000000', '9007199254740993', '18446744073709551615']) {
    const answer = await rawRequest(url, head(id, `Content-Length: ${length}`), 'x');
    t.equal(answer.status, 403);
  }
  const rows = await eventually('all are in the log', async () => {
    const found = await api.logs({ workflowId: id });
    return found.length === 3 && found;
  });
  t.same(
    rows.map(({ size }) => size),
    [2_147_483_647, 2_147_483_647, 2_147_483_647],
  );
});

t.test('a sender that never stops is hung up on', async (t) => {
  const id = await webhook({ maxBodyBytes: 10 });
  const { socket, answer, closed } = await rawConnection(url);
  socket.write(head(id, 'Transfer-Encoding: chunked'));
  const chunk = Buffer.alloc(256 * 1024, 'x');
  const flood = () => {
    while (!socket.destroyed) {
      socket.write(`${chunk.length.toString(16)}\r\n`);
      socket.write(chunk);
      if (!socket.write('\r\n')) return;
    }
  };
  socket.on('drain', flood);
  flood();
  const { status } = await answer().catch(() => ({ status: null }));
  t.ok(status === 413 || status === null, 'it may or may not get to read the answer');
  await closed;
  t.same(await api.executions({ workflowId: id }), []);
});

t.test('an upload that breaks off leaves nothing behind', async (t) => {
  const id = await webhook();
  for (const headers of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
    for (const end of ['FIN', 'RST'] as const) {
      const { socket, closed } = await rawConnection(url);
      socket.write(head(id, headers));
      socket.write('5\r\nhello\r\n');
      // Its answer came after the service had read the above.
      await api.call('GET', '/livez');
      if (end === 'FIN') socket.end();
      else socket.resetAndDestroy();
      await closed;
    }
  }
  // Whatever was to be written of them would have been written before this.
  t.equal((await api.send(id)).status, 200);
  const rows = await withClient(databaseUrl, (client) =>
    client.query('SELECT error_code FROM webhook_logs WHERE workflow_id = $1', [id]),
  );
  t.same(rows.rows, [{ error_code: null }]);
});

t.test('an upload that stalls is answered 408, and leaves nothing behind', async (t) => {
  // One of its own: on a busy machine what is whole may take longer than this.
  const { api, url } = await startJourney(t, {
    timeouts: { requestMs: 1_000, headersMs: 1_000, checkEveryMs: 100 },
  });
  const { id } = await api.createWorkflow({ webhook: { authType: 'none' } });
  const { socket, answer } = await rawConnection(url);
  socket.write(head(id, 'Content-Length: 100'));
  socket.write('the beginning');
  const timedOut = await answer();
  t.same([timedOut.status, codeOf(timedOut)], [408, 'request_timeout']);
  t.equal(timedOut.headers.connection, 'close');
  socket.destroy();
  t.same(await api.logs({ workflowId: id }), []);
});

t.test('Expect: 100-continue', async (t) => {
  const id = await webhook();
  const { socket, answer } = await rawConnection(url);
  socket.write(head(id, 'Content-Length: 2', 'Expect: 100-continue'));
  await once(socket, 'data');
  socket.write('{}');
  t.equal((await answer()).status, 200);
  socket.destroy();
});

t.test('several requests on one connection, sent without waiting', async (t) => {
  const id = await webhook();
  const { socket, answer } = await rawConnection(url);
  socket.write([1, 2, 3].map((n) => `${head(id, 'Content-Length: 1')}${n}`).join(''));
  const logIds: string[] = [];
  for (let n = 0; n < 3; n++) logIds.push(String(JSON.parse((await answer()).body).logId));
  socket.destroy();
  const bodies = await Promise.all(logIds.map(async (logId) => (await api.log(logId)).request.body));
  t.same(bodies, [1, 2, 3]);
});
