/** What leads to n8n's sign-in, or might where a proxy or n8n reads a path otherwise than we do. */
export const FORBIDDEN_PATHS: readonly string[] = [
  ...['', '/', '/rest/login', '/rest/owner/setup', '/api/v1/workflows', '/healthz', '/form/x'],
  ...['/webhook', '/webhook/', '/webhook-test', '/webhook-test/', '/webhookx/y', '/webhook-waiting/1'],
  ...['/WEBHOOK/x', '/Webhook/x', '/%77ebhook/x', '/webhook%2fx', '/webhook%2Fx', '/x/webhook/y'],
  ...['/webhook/../rest/login', '/webhook/x/../../rest/login', '/webhook/./../rest/login', '/./rest/login'],
  ...['/webhook/%2e%2e/rest/login', '/webhook/%2E%2e/rest/login', '/webhook/.%2e/rest', '/webhook/%2e./rest'],
  ...['/webhook/..%2frest/login', '/webhook/..%2Frest/login', '/webhook/%2e%2e%2frest/login'],
  ...['/webhook/%252e%252e/rest', '/webhook/..%252frest', '/webhook/%25252e%25252e%25252frest'],
  ...['/webhook%2f..%2frest', '/webhook/x%2f..%2f..%2frest', '/webhook/x%252f..%252f..%252frest'],
  ...['//rest/login', '/webhook//x', '//webhook/x'],
  ...[
    '/webhook\\..\\rest',
    '/webhook/..\\rest',
    '/webhook/..%5crest',
    '/webhook/%5c..%5crest',
    '\\rest\\login',
  ],
  ...[
    '/webhook/..;/rest',
    '/webhook/..;a=b/rest',
    '/webhook/.;/..;/rest',
    '/webhook;/../rest',
    '/webhook/;/x',
  ],
  ...[
    '/webhook/..%3b/rest',
    '/webhook/..%00/rest',
    '/webhook/x%00',
    '/webhook/x%0d%0aHost:%20y',
    '/webhook/%09/x',
  ],
  ...['/webhook/..%20/rest', '/webhook/.../rest', '/webhook/x/.%20./rest', '/webhook/%20/x'],
  ...['/webhook/%c0%ae%c0%ae/rest', '/webhook/%u002e%u002e/rest', '/webhook/%zz', '/webhook/100%'],
  ...['/webhook/%ef%bc%8e%ef%bc%8e/rest', '/webhook/..%ef%bc%8frest', '/webhook/\uFF0E\uFF0E/rest'],
  ...[
    '/webhook/x%3f/../../../rest',
    '/webhook/x%23/..%2f..%2frest',
    '/webhook/x/..%2f..?y',
    '/rest/login?/webhook/x',
  ],
  ...[
    '/rest/login#/webhook/x',
    '/webhook-test/../rest',
    '/webhook-test/..%2frest',
    '/webhook/%25%32%65%25%32%65/rest',
  ],
];

/** Paths of webhooks, and what n8n is asked for then. */
export const WEBHOOK_PATHS: readonly (readonly [path: string, asked: string])[] = [
  ['/webhook/x', '/webhook/x'],
  ['/webhook/x/y.z?a=1', '/webhook/x/y.z?a=1'],
  ['/webhook-test/x', '/webhook-test/x'],
  ['/webhook/x/', '/webhook/x/'],
  ['/webhook/caf%C3%A9/a%20b', '/webhook/caf%C3%A9/a%20b'],
  ['/webhook/x?/../../rest/login', '/webhook/x?/../../rest/login'],
  ['/webhook/x?..%2f..%2frest', '/webhook/x?..%2f..%2frest'],
  ['/webhook/x#/../../rest/login', '/webhook/x'],
  ['/rest/../webhook/x', '/webhook/x'],
  ['/webhook/x//../../rest', '/webhook/rest'],
];

/** Hosts that are, or may be, this machine; all by their text. */
export const LOCAL_HOSTS: readonly string[] = [
  ...['127.0.0.1', '127.0.0.1.', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1', '0X7F.0.0.1'],
  ...['0177.0.0.1', '017700000001', '127.0.0.2', '127.255.255.254', '0', '0.0.0.0', '[::1]', '[::]'],
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[64:ff9b::127.0.0.1]'],
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'x.localhost',
    '\u2460\u2461\u2466.0.0.1',
    '127\u30020\u30020\u30021',
  ],
];
