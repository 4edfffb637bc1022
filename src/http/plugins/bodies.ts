import type { App } from '../app.ts';

/** JSON and nothing else, for the routes that read a parsed body. */
export function acceptJson(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Many clients name a content type with every call. Where no body is asked for, an empty one is not a fault.
    if (body === '' && request.routeOptions.schema?.body === undefined) done(null, undefined);
    else parse(request, body, done);
  });
}
