import type { App } from '../app.ts';

/**
 * What helmet would say for answers that are data: a browser may neither run, frame, guess nor keep them.
 * Written out, because helmet's hooks cost a request more than all the rest of this edge together.
 */
const DATA_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000',
  'x-content-type-options': 'nosniff',
};

/** Headers of every answer, whatever it is. */
export function commonHeaders(app: App): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(DATA_HEADERS).header('x-request-id', request.id);
    done();
  });
}
