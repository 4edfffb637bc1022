import { checkEndpointUrl } from '../../src/domain/endpoint-url.ts';
import t from '../helpers/tap.ts';

t.test('http and https URLs are endpoints', async (t) => {
  for (const url of [
    'http://localhost:5678/webhook/x',
    'HTTPS://n8n.example.com/webhook/x?token=a#f',
    'https://[2606:4700::1111]/',
    'https://exämple.com/wébhook',
    `https://example.com/${'x'.repeat(1_980)}`,
  ]) {
    t.same(checkEndpointUrl(url), { ok: true }, url.slice(0, 60));
  }
});

t.test('anything else is refused, and the refusal does not repeat the URL', async (t) => {
  for (const url of [
    '',
    'example.com/webhook',
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http:example.com',
    'http:/example.com',
    'http://',
    'http://exa mple.com/',
    ' http://example.com/',
    'http://example.com/\n',
    'http://example.com/a\tb',
    'http://user:pa55@example.com/',
    'http://pa55@example.com/',
    'http://:pa55@example.com/',
    'http://[::1/',
    'http://example.com:99999/',
    `https://example.com/${'x'.repeat(1_981)}`,
  ]) {
    const check = checkEndpointUrl(url);
    t.equal(check.ok, false, JSON.stringify(url.slice(0, 60)));
    if (!check.ok) t.notMatch(check.detail, /pa55|example/);
  }
});
