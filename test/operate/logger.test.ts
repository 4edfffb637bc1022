import { createLogger } from '../../src/operate/logger.ts';
import t from '../helpers/tap.ts';

function capture(level = 'info', pretty = false) {
  let text = '';
  const logger = createLogger({
    level,
    pretty,
    destination: {
      write(chunk: string) {
        text += chunk;
      },
    },
  });
  return {
    logger,
    text: () => text,
    lines: () =>
      text
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

t.test('a line is JSON with a time, a level by name and its fields', async (t) => {
  const { logger, lines } = capture();
  logger.info({ executionId: '1' }, 'execution.claimed');
  logger.debug('not at this level');
  t.match(lines(), [{ level: 'info', msg: 'execution.claimed', executionId: '1', time: /^\d{4}-.*Z$/ }]);
  t.equal(lines().length, 1);
});

t.test('credentials are hidden at any depth, in any spelling, and the caller keeps them', async (t) => {
  const { logger, text } = capture();
  const fields = {
    secret: 'hunter-0',
    headers: { Authorization: 'hunter-1', 'x-api-key': 'hunter-2', Cookie: ['hunter-3'] },
    request: { options: { headers: { 'X-N8N-API-KEY': 'hunter-4' } } },
    pairs: [
      ['Authorization', 'hunter-5'],
      ['Accept', 'kept'],
    ],
    endpoints: [{ name: 'kept too', secret: { value: 'hunter-6' } }],
    nothing: null,
  };
  const before = structuredClone(fields);
  logger.info(fields, 'x');
  logger.child({ scope: 'also kept' }).info({ token: 'hunter-7' }, 'y');
  t.notMatch(text(), 'hunter');
  for (const kept of ['"kept"', '"kept too"', '"also kept"', '[redacted]']) t.match(text(), kept);
  t.strictSame(fields, before);
});

t.test('of an error only what is known to be safe', async (t) => {
  const { logger, lines, text } = capture();
  const cause = Object.assign(new Error('connection lost'), { code: '57P01', parameters: ['hunter-1'] });
  const err = Object.assign(new TypeError('it broke', { cause }), { request: { body: 'hunter-2' } });
  logger.error({ err }, 'x');
  logger.error({ err: 'a text' }, 'y');
  t.match(lines(), [
    { err: { type: 'TypeError', message: 'it broke', stack: /logger\.test/, cause: { code: '57P01' } } },
    { err: { type: 'string', message: 'a text' } },
  ]);
  t.notMatch(text(), 'hunter');
});

t.test('errors that cause each other end somewhere', async (t) => {
  const { logger, lines } = capture();
  const one = new Error('one');
  one.cause = new Error('other', { cause: one });
  logger.error({ err: one }, 'x');
  t.equal(lines().length, 1);
});

t.test('for eyes', async (t) => {
  const { logger, text } = capture('info', true);
  logger.warn({ secret: 'hunter', executionId: 'e1' }, 'execution.claimed');
  t.match(text(), /WARN.*execution\.claimed[\s\S]*executionId.*e1/);
  t.notMatch(text(), 'hunter');
});
