import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Problem } from '../../src/domain/problem.ts';
import { collectBody } from '../../src/http/collect-body.ts';
import t from '../helpers/tap.ts';

/** A body as it comes in, and what became of it. */
function collect(limit: number) {
  const stream = new IncomingMessage(new Socket());
  const collected = new Promise<Buffer>((resolve, reject) => {
    collectBody(stream, limit, (error, body) => (error ? reject(error) : resolve(body as Buffer)));
  });
  return { stream, collected };
}

t.test('chunks become one body, exactly as they came', async (t) => {
  const { stream, collected } = collect(6);
  for (const chunk of ['ab', 'cd', 'ef', null]) stream.push(chunk === null ? null : Buffer.from(chunk));
  t.equal((await collected).toString(), 'abcdef');
  const empty = collect(6);
  empty.stream.push(null);
  t.equal((await empty.collected).length, 0);
});

t.test('over the limit: refused, when all of it has come', async (t) => {
  const { stream, collected } = collect(5);
  stream.push(Buffer.from('abcdef'));
  let refused = false;
  const rejected = t.rejects(collected, {
    code: 'payload_too_large',
    message: 'The body is larger than 5 bytes.',
  });
  collected.catch(() => {
    refused = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  t.notOk(refused, 'the rest is read first, so that the sender lives to see the answer');
  stream.push(null);
  await rejected;
});

t.test('what is far over the limit is not waited for', async (t) => {
  const { stream, collected } = collect(5);
  stream.push(Buffer.alloc(17 * 1_048_576));
  await t.rejects(collected, { code: 'payload_too_large' });
});

t.test('what breaks off is no body', async (t) => {
  const { stream, collected } = collect(5);
  stream.push('ab');
  stream.destroy(new Error('aborted'));
  await t.rejects(collected, { code: 'bad_request', message: 'The body broke off.' });
});

t.test('what broke off before is no body either', async (t) => {
  const stream = new IncomingMessage(new Socket());
  stream.destroy();
  await new Promise((resolve) => stream.once('close', resolve));
  const error = await new Promise<Error | null>((resolve) => collectBody(stream, 5, resolve));
  t.ok(error instanceof Problem);
});
