import { parse } from 'yaml';
import { options } from '../../scripts/openapi.ts';
import { PROBLEMS } from '../../src/domain/problems.ts';
import { buildApp } from '../../src/http/app.ts';
import t from '../helpers/tap.ts';
import { edge } from './edge.ts';

t.test('the description is the same in both formats', async (t) => {
  const { app } = await edge(t, {});
  const json = await app.inject('/openapi.json');
  t.match(json.headers['content-type'], /^application\/json/);
  t.match(json.json(), { openapi: '3.1.0', paths: { '/livez': { get: { tags: ['Operating'] } } } });
  const yaml = await app.inject('/openapi.yaml');
  t.match(yaml.headers['content-type'], /^application\/yaml/);
  t.strictSame(parse(yaml.body), json.json());
});

t.test('the description is made once, and not sent again to whoever has it', async (t) => {
  const { app } = await edge(t, {});
  for (const url of ['/openapi.json', '/openapi.yaml', '/docs/json', '/docs/yaml']) {
    const first = await app.inject(url);
    t.equal(first.statusCode, 200, url);
    const { etag } = first.headers;
    t.match(etag, /^"[\w-]{22}"$/);
    t.equal(first.headers['cache-control'], 'no-cache');
    t.match(first.headers, { 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" });
    const again = await app.inject({ url, headers: { 'if-none-match': `W/"other", W/${etag}` } });
    t.equal(again.statusCode, 304);
    t.equal(again.body, '');
    t.equal(again.headers.etag, etag);
    t.equal((await app.inject({ url, headers: { 'if-none-match': '"other"' } })).statusCode, 200);
    const head = await app.inject({ method: 'HEAD', url });
    t.equal(head.statusCode, 200);
    t.equal(head.body, '');
    t.match(head.headers, { etag, 'content-length': String(first.rawPayload.length) });
    t.equal(
      (await app.inject({ method: 'HEAD', url, headers: { 'if-none-match': String(etag) } })).statusCode,
      304,
    );
  }
});

t.test(
  'the description of the whole API in YAML, which is made in pieces, says what JSON says',
  async (t) => {
    const app = await buildApp(options);
    t.teardown(() => app.close());
    const yaml = await app.inject('/openapi.yaml');
    t.strictSame(parse(yaml.body), (await app.inject('/openapi.json')).json());
    t.match(yaml.body, /^openapi: 3\.1\.0\n/);
  },
);

t.test('the reference page loads everything from here, and its policy allows what it needs', async (t) => {
  const { app } = await edge(t, {});
  for (const page of ['/docs', '/docs/']) {
    const answer = await app.inject(page);
    t.equal(answer.statusCode, 200);
    t.match(answer.headers['content-type'], /^text\/html/);
    const policy = directivesOf(String(answer.headers['content-security-policy']));
    t.strictSame(policy['default-src'], ["'none'"]);
    t.strictSame(policy['script-src'], ["'self'"]);
    t.strictSame(policy['connect-src'], ["'self'"]);
    t.notOk(
      Object.values(policy)
        .flat()
        .some((source) => /[.*]|https?:|unsafe-eval/.test(source)),
    );
    t.notOk('upgrade-insecure-requests' in policy, 'a service without TLS must show its own page');
    const scripts = [...answer.body.matchAll(/<script\b([^>]*)>([^<]*)<\/script>/g)];
    t.equal(scripts.length, 4);
    for (const [, attributes, content] of scripts) {
      t.match(attributes, /\bsrc=/, 'no script in the page itself');
      t.equal(content?.trim(), '');
    }
    t.notMatch(answer.body, /<style|\son\w+=/);
    const links = [...answer.body.matchAll(/\b(?:src|href)="([^"]+)"/g)].map((match) => String(match[1]));
    t.ok(links.length >= 6);
    for (const link of links) {
      const url = new URL(link, `http://here${page}`);
      t.equal(url.host, 'here', link);
      const asset = await app.inject(url.pathname);
      t.equal(asset.statusCode, 200, url.pathname);
      t.equal(asset.headers['x-content-type-options'], 'nosniff');
      t.match(
        asset.headers['content-type'],
        { js: /javascript/, ss: /^text\/css/, ng: /^image\/png/ }[url.pathname.slice(-2)],
        url.pathname,
      );
    }
  }
});

t.test('the page reads the description from a path that exists', async (t) => {
  const { app } = await edge(t, {});
  const initializer = await app.inject('/docs/static/swagger-initializer.js');
  t.match(initializer.body, "resolveUrl('./json')");
  t.notMatch(initializer.body, /https?:\/\/(?!www\.w3\.org|stackoverflow)/);
  t.strictSame((await app.inject('/docs/json')).json(), (await app.inject('/openapi.json')).json());
});

t.test('data answers carry a policy of their own', async (t) => {
  const { app } = await edge(t, {});
  for (const url of ['/livez', '/nowhere']) {
    const { headers } = await app.inject(url);
    t.match(headers, {
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    t.notOk('access-control-allow-origin' in headers);
  }
});

t.test('all problems are in one list, each as it is at its own address', async (t) => {
  const { app } = await edge(t, {});
  const { data } = (await app.inject('/problems')).json() as { data: { code: string }[] };
  t.strictSame(
    data.map(({ code }) => code),
    Object.keys(PROBLEMS),
  );
  for (const entry of data) {
    t.strictSame((await app.inject(`/problems/${entry.code}`)).json(), entry, entry.code);
  }
});

t.test('the type of a problem leads to what it means', async (t) => {
  const { app } = await edge(t, {});
  const { type } = (await app.inject('/nowhere')).json();
  const answer = await app.inject(new URL(type).pathname);
  t.match(answer.json(), { code: 'route_not_found', status: 404, title: 'Route not found' });
  for (const code of ['nothing', 'constructor', '__proto__']) {
    t.equal((await app.inject(`/problems/${code}`)).statusCode, 404, code);
  }
});

function directivesOf(policy: string): Record<string, string[]> {
  return Object.fromEntries(
    policy.split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}
