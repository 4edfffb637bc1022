import { createHmac } from 'node:crypto';
import { DIAGNOSIS_CODES, type DiagnosisCode } from '../../src/domain/diagnosis.ts';
import type { WebhookLog } from '../../src/http/schemas/webhook-logs.ts';
import { createPool } from '../../src/store/database.ts';
import type { ApiAnswer, WebhookAnswer } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';

const SECRET = 'whsec_c2VjcmV0LW9mLXRoZS1zZW5kZXItMTIzNDU2Nzg=';
const BODY = '{"id":1001,"total":42.50,"url":"https://a.example/b"}';

type Options = { key?: string | Buffer; hash?: string; as?: 'hex' | 'base64' };

const sign = (signed: string, { key = SECRET, hash = 'sha256', as = 'hex' }: Options = {}): string =>
  createHmac(hash, key).update(signed).digest(as);

const now = () => Math.floor(Date.now() / 1_000);
const signed = (text: string) => ({ 'x-webhook-signature': text });

interface Mistake {
  webhook?: Record<string, unknown>;
  headers: Record<string, string>;
  body?: string;
  query?: Record<string, string>;
  /** Changed, without an overlap, before it is sent. */
  newSecret?: true;
}

const stamped = { hmac: { timestampHeader: 'X-Time', payload: '{timestamp}.{body}' } };
const late = String(now() - 4_000);

/** A sender that makes the very mistake that each code tells of. */
const MISTAKES: Record<Exclude<DiagnosisCode, 'verifies_now'>, Mistake> = {
  expired_secret: { headers: signed(sign(BODY)), newSecret: true },
  wrong_encoding: { headers: signed(sign(BODY, { as: 'base64' })) },
  wrong_algorithm: { headers: signed(sign(BODY, { hash: 'sha1' })) },
  missing_prefix: { webhook: { hmac: { prefix: 'v1=' } }, headers: signed(sign(BODY)) },
  extra_prefix: { webhook: { hmac: { prefix: '' } }, headers: signed(`v1=${sign(BODY)}`) },
  malformed_header: { headers: signed(`${sign(BODY)}, ${sign(BODY)}`) },
  other_header: { headers: { 'x-my-signature': sign(BODY) } },
  other_payload: { webhook: stamped, headers: signed(sign(BODY)) },
  secret_form: { headers: signed(sign(BODY, { key: SECRET.slice('whsec_'.length) })) },
  body_reserialized: {
    headers: signed(sign(BODY)),
    body: JSON.stringify(JSON.parse(BODY), null, 2).replace('42.5', '42.50'),
  },
  clock_skew: { webhook: stamped, headers: { 'x-time': late, ...signed(sign(`${late}.${BODY}`)) } },
  timestamp_unit: {
    webhook: stamped,
    headers: { 'x-time': `${late}000`, ...signed(sign(`${late}000.${BODY}`)) },
  },
  url_mismatch: {
    webhook: { authType: 'provider', provider: 'square', publicUrl: 'https://hooks.example.com' },
    headers: {},
  },
  known_provider: {
    headers: { 'stripe-signature': `t=${now()},v1=${sign(`${now()}.${BODY}`)}` },
  },
  signed_instead: { webhook: { authType: 'api_key' }, headers: { 'x-my-signature': sign(BODY) } },
  secret_sent: { headers: signed(SECRET) },
  credential_elsewhere: {
    webhook: { authType: 'api_key' },
    headers: { 'my-key': SECRET },
    query: { token: SECRET, page: '2' },
  },
  unsigned: { headers: { 'user-agent': 'Mozilla/5.0' } },
  diagnosis_skipped: { headers: signed(sign('x')), body: JSON.stringify({ text: 'x'.repeat(200_000) }) },
};

const REFUSED = ['type', 'title', 'status', 'detail', 'code', 'error'];

t.test('what a sender does wrong is in the log, and nowhere else', async (t) => {
  const { api, databaseUrl, logs } = await startJourney(t);
  const pool = createPool({
    connectionString: databaseUrl,
    max: 1,
    applicationName: 'test',
    onError: () => undefined,
  });
  t.teardown(() => pool.end());
  const answers = new Set<string>();

  for (const [code, { webhook, headers, body = BODY, query = {}, newSecret }] of Object.entries(MISTAKES)) {
    await t.test(code, async (t) => {
      const { id } = await api.createWorkflow({
        webhook: { authType: 'hmac', secret: SECRET, ...webhook } as never,
      });
      if (newSecret)
        await api.call('POST', `/api/workflows/${id}/webhook/secret`, { json: { overlapSeconds: 0 } });
      const url = `http://hooks.example.com/api/webhooks/${id}`;
      const square = { 'x-square-hmacsha256-signature': sign(url + BODY, { as: 'base64' }) };
      const answer: ApiAnswer<WebhookAnswer & Record<string, unknown>> = await api.send(id, {
        body,
        query,
        headers: { 'content-type': 'application/json', ...(code === 'url_mismatch' ? square : headers) },
      });
      t.equal(answer.status, 401);
      answers.add(JSON.stringify(REFUSED.map((name) => answer.body[name])));

      const log = await eventually('it is logged', async () => {
        const [found] = await api.logs({ workflowId: id });
        return found === undefined ? null : api.log(found.id);
      });
      t.same([...new Set(log.diagnosis?.map((finding) => finding.code))], [code]);
      t.match(log, { response: { statusCode: 401 }, request: { body: null } } as Partial<WebhookLog>);
      const [summary] = await api.logs({ workflowId: id });
      t.same(summary?.diagnosisCodes, [code]);
      const { rows } = await pool.query(
        'SELECT row_to_json(l)::text AS text FROM webhook_logs l WHERE id = $1',
        [log.id],
      );
      const stored = String((rows[0] as { text: string }).text);
      for (const secret of [SECRET, SECRET.slice('whsec_'.length), encodeURIComponent(SECRET)]) {
        t.notOk(stored.includes(secret), 'no secret is stored');
      }
      t.notOk(JSON.stringify(log.diagnosis).includes(sign(body)), 'no signature is told');
    });
  }

  t.equal(answers.size, 1, 'all were told the same');
  const [told] = answers;
  for (const code of Object.keys(DIAGNOSIS_CODES)) t.notOk(told?.includes(code));
  t.notOk(JSON.stringify(logs).includes(SECRET));
});

t.test('who has the wrong secret is told of nothing', async (t) => {
  const { api } = await startJourney(t);
  const { id } = await api.createWorkflow({ webhook: { authType: 'hmac', secret: SECRET } as never });
  await api.send(id, { body: BODY, headers: signed(sign(BODY, { key: 'another-secret' })) });
  const accepted = await api.send(id, { body: BODY, headers: signed(sign(BODY)) });
  const [refused] = await eventually('it is logged', async () => {
    const found = await api.logs({ workflowId: id, success: false });
    return found.length > 0 ? found : null;
  });
  t.same((await api.log(refused?.id ?? '')).diagnosis, []);
  t.match(await api.log(accepted.body.logId ?? ''), { diagnosis: null, duplicate: false, handshake: null });
});
