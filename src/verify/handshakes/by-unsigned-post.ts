import { readHeader } from '../request.ts';
import {
  answered,
  echo,
  type Handshake,
  isObject,
  isSame,
  parameter,
  parseObject,
  queryOf,
  refused,
} from './handshake.ts';

/**
 * https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks. Notifications are not signed: what
 * proves them is the `clientState` in each, which is what the webhook's verify token is for.
 */
export const microsoftGraph: Handshake = {
  unsigned: (question) => {
    const query = queryOf(question);
    return query.has('validationToken') ? echo('microsoft_graph', parameter(query, 'validationToken')) : null;
  },
  objection: ({ rawBody, verifyToken }) => {
    if (verifyToken === null) return null;
    const notifications = parseObject(rawBody)?.value;
    if (!Array.isArray(notifications) || notifications.length === 0) return 'missing_credential';
    for (const notification of notifications as unknown[]) {
      const state = isObject(notification) ? notification.clientState : undefined;
      if (typeof state !== 'string') return 'missing_credential';
      if (!isSame(state, verifyToken)) return 'credential_mismatch';
    }
    return null;
  },
};

export const ASANA_SECRET_HEADER = 'x-hook-secret';

const ASANA_SECRET = /^[\x21-\x7e]{16,200}$/;

/**
 * https://developers.asana.com/docs/webhooks-guide#the-webhook-handshake: the sender makes the secret up and brings
 * it along, unproven. So the first one is kept and no other after it, or whoever knows the URL could put theirs in
 * its place.
 */
export const asana: Handshake = {
  unsigned: ({ headers, secrets, nowMs }) => {
    const secret = readHeader(headers, ASANA_SECRET_HEADER);
    if (secret === undefined) return null;
    if (secret === null || !ASANA_SECRET.test(secret)) return refused('malformed_challenge');
    const live = secrets.filter(({ expiresAt }) => expiresAt === null || nowMs < expiresAt);
    const isKnown = live.some((known) => isSame(known.secret, secret));
    if (live.length > 0 && !isKnown) return refused('other_secret');
    return answered({
      event: 'asana',
      headers: { [ASANA_SECRET_HEADER]: secret },
      effect: isKnown ? null : { kind: 'keep_secret', secret },
    });
  },
};
