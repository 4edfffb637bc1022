import { sql } from 'kysely';
import t from '../helpers/tap.ts';
import { type Answer, type Client, idOf, type Json, pointersOf, setUp } from './management.ts';

const etagOf = (answer: Answer) => String(answer.headers.etag);

async function newWorkflow(call: Client) {
  const made = await call('POST', '/api/workflows', { body: { name: 'a', webhook: {} } });
  return { id: idOf(made), path: `/api/workflows/${idOf(made)}`, etag: etagOf(made) };
}

const ifMatch = (tag: string) => ({ 'if-match': tag });
const ifNoneMatch = (tag: string) => ({ 'if-none-match': tag });

t.test(
  'every change of a workflow, its webhook, its secrets and its triggers gives it a new tag',
  async (t) => {
    const { call } = await setUp(t);
    const { path, etag } = await newWorkflow(call);
    t.match(etag, /^"[!#-~]+"$/, 'a strong one, without the secret that only this answer shows');
    t.equal(etagOf(await call('GET', path)), etag);
    const webhookTag = etagOf(await call('GET', `${path}/webhook`));
    const seen = new Set([etag]);
    const seenOfWebhook = new Set([webhookTag]);
    const changes: [string, string, object][] = [
      ['PATCH', path, { name: 'b' }],
      ['PATCH', path, { description: 'x' }],
      ['PATCH', path, { isActive: false }],
      ['PATCH', path, { triggers: [{ endpoint: { url: 'https://n8n.example.com/x' } }] }],
      ['PATCH', path, { triggers: [] }],
      ['PATCH', `${path}/webhook`, { maxBodyBytes: 1_000 }],
      ['PATCH', `${path}/webhook`, { hmac: { secretEncoding: 'base64' } }],
      ['POST', `${path}/webhook/secret`, { overlapSeconds: 60 }],
      ['POST', `${path}/webhook/secret`, {}],
    ];
    for (const [method, url, body] of changes) {
      const answer = await call(method, url, { body });
      t.ok(answer.status < 300, answer.text);
      const now = etagOf(await call('GET', path));
      const ofWebhook = etagOf(await call('GET', `${path}/webhook`));
      if (method === 'PATCH') t.equal(etagOf(answer), url === path ? now : ofWebhook, JSON.stringify(body));
      t.notOk(seen.has(now) || seenOfWebhook.has(ofWebhook), JSON.stringify(body));
      seen.add(now);
      seenOfWebhook.add(ofWebhook);
      for (const old of [etag, webhookTag]) {
        const refused = await call('PATCH', path, { body: { name: 'late' }, headers: ifMatch(old) });
        t.match(refused, { status: 412, json: { code: 'precondition_failed' } }, 'and the old one is over');
      }
    }
  },
);

t.test('a change that asks for a version is made to that version only', async (t) => {
  const { call } = await setUp(t);
  const { path, etag } = await newWorkflow(call);
  await call('PATCH', path, { body: { name: 'b' } });
  const current = etagOf(await call('GET', path));
  const calls: [string, string, object?][] = [
    ['PATCH', path, { name: 'c' }],
    ['PATCH', `${path}/webhook`, { maxBodyBytes: 1 }],
    ['POST', `${path}/webhook/secret`, {}],
    ['DELETE', path],
  ];
  const before = (await call('GET', path)).text;
  for (const [method, url, body] of calls) {
    for (const tag of [etag, `W/${current}`, '"1"', '""', '"x", "y"', `${etag}, W/${current}`]) {
      const answer = await call(method, url, { body, headers: ifMatch(tag) });
      t.match(answer, { status: 412, json: { code: 'precondition_failed' } }, `${method} ${url} ${tag}`);
    }
    for (const tag of ['', 'x', '"x', '*, "x"', `${current} "x"`, `w/${current}`]) {
      const answer = await call(method, url, { body, headers: ifMatch(tag) });
      t.match(answer, { status: 400, json: { code: 'validation_failed' } }, `${method} ${url} ${tag}`);
      t.same(pointersOf(answer), ['/headers/if-match']);
    }
  }
  t.equal((await call('GET', path)).text, before, 'nothing was changed');
  for (const [method, url, body] of calls) {
    const tag = etagOf(await call('GET', path));
    const headers = ifMatch(method === 'DELETE' ? '*' : ` ,"x,y", ${tag} ,,"z"`);
    const answer = await call(method, url, { body, headers });
    t.ok(answer.status < 300, `${method} ${url}: ${answer.text}`);
  }
  t.equal((await call('PATCH', path, { body: { name: 'x' }, headers: ifMatch('*') })).status, 404);
});

t.test('what is read again is answered 304 until it has changed', async (t) => {
  const { call, db } = await setUp(t);
  const { path } = await newWorkflow(call);
  for (const url of [path, `${path}/webhook`]) {
    const etag = etagOf(await call('GET', url));
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const answer = await call('GET', url, { headers: ifNoneMatch(tag) });
      t.match([answer.status, answer.text, etagOf(answer)], [304, '', etag], tag);
      t.equal(answer.headers['content-type'], undefined);
      t.equal((await call('HEAD', url, { headers: ifNoneMatch(tag) })).status, 304);
    }
    t.equal((await call('GET', url, { headers: ifNoneMatch('"x"') })).status, 200);
    const malformed = await call('GET', url, { headers: ifNoneMatch('x') });
    t.match([malformed.status, pointersOf(malformed)], [400, ['/headers/if-none-match']]);

    // No change by anybody, and yet another answer: a reader sees it, and nobody's change is refused for it.
    await sql`UPDATE webhook_secrets SET last_used_at = clock_timestamp()`.execute(db);
    const used = await call('GET', url, { headers: ifNoneMatch(etag) });
    t.equal(used.status, 200);
    t.not(etagOf(used), etag);
    t.equal((await call('PATCH', path, { body: { name: 'b' }, headers: ifMatch(etag) })).status, 200);
    t.equal((await call('GET', url, { headers: ifNoneMatch(etagOf(used)) })).status, 200);
  }
});

t.test('of two changes at once that ask for the same version exactly one is made', async (t) => {
  const { call } = await setUp(t);
  const { path } = await newWorkflow(call);
  for (let round = 0; round < 5; round++) {
    const headers = ifMatch(etagOf(await call('GET', path)));
    const answers = await Promise.all([
      call('PATCH', path, { body: { name: `one of ${round}` }, headers }),
      call('PATCH', path, { body: { name: `other of ${round}` }, headers }),
      call('PATCH', `${path}/webhook`, { body: { maxBodyBytes: round + 1 }, headers }),
      call('POST', `${path}/webhook/secret`, { body: {}, headers }),
    ]);
    const won = answers.filter(({ status }) => status < 300);
    t.equal(won.length, 1);
    t.equal(answers.filter(({ status }) => status === 412).length, 3);
  }
});

t.test('changes of different fields at once are all kept', async (t) => {
  const { call } = await setUp(t);
  const { path } = await newWorkflow(call);
  const webhook = {
    maxBodyBytes: 2_000,
    rateLimit: { max: 5, windowSeconds: 60 },
    ipAllowlist: ['10.0.0.0/8'],
    publicUrl: 'https://front.example.com',
    payloadSchema: { type: 'object' },
    hmac: { header: 'x-sig' },
  };
  const fields = { name: 'new', description: 'text', isActive: false };
  const answers = await Promise.all([
    ...Object.entries(webhook).map(([key, value]) =>
      call('PATCH', `${path}/webhook`, { body: { [key]: value } }),
    ),
    ...Object.entries(fields).map(([key, value]) => call('PATCH', path, { body: { [key]: value } })),
  ]);
  t.ok(answers.every(({ status }) => status === 200));
  t.match((await call('GET', path)).json, { ...fields, webhook });
});

t.test('a workflow that is being deleted is changed before or not at all', async (t) => {
  const { call } = await setUp(t);
  for (let round = 0; round < 5; round++) {
    const { path, etag } = await newWorkflow(call);
    const [deleted, changed, rotated] = await Promise.all([
      call('DELETE', path, { headers: ifMatch(etag) }),
      call('PATCH', path, { body: { name: 'b' }, headers: ifMatch(etag) }),
      call('POST', `${path}/webhook/secret`),
    ]);
    t.ok([204, 412].includes(deleted.status));
    t.ok([200, 404, 412].includes(changed.status));
    t.ok([201, 404].includes(rotated.status));
    t.notOk(deleted.status === 204 && changed.status === 200, 'both asked for the same version');
    t.equal((await call('GET', path)).status, deleted.status === 204 ? 404 : 200);
  }
});

t.test('a deletion that broke off is finished with the tag it began with', async (t) => {
  const { call, db } = await setUp(t);
  const { path, etag, id } = await newWorkflow(call);
  await call('POST', `${path}/execute`);
  await sql`UPDATE workflows SET deleted_at = now() WHERE id = ${id}`.execute(db);
  t.equal((await call('DELETE', path, { headers: ifMatch(etag) })).status, 204);
  const [execution] = (await call('GET', `/api/executions?workflowId=${id}`)).json.data as Json[];
  t.equal(execution?.status, 'cancelled');
});
