import type { App } from '../app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a route takes that is more than settings: data of the caller's own, or a payload schema. */
    carries?: 'data' | 'schema';
  }
}

/** For settings. They are validated and stored as a whole, so a large body is work that nobody asked for. */
export const SETTINGS_BYTES = 65_536;
/** A payload schema may have 64 KiB by itself, and the settings around it as much again. */
export const SCHEMA_BYTES = 2 * SETTINGS_BYTES;

/** Every route registered after this takes as many bytes as what it carries needs, and no more. */
export function limitBodies(app: App, maxBodyBytes: number): void {
  app.addHook('onRoute', (route) => {
    switch (route.config?.carries) {
      case 'data':
        route.bodyLimit = maxBodyBytes;
        break;
      case 'schema':
        route.bodyLimit = SCHEMA_BYTES;
        break;
      default:
        route.bodyLimit = SETTINGS_BYTES;
    }
  });
}
