export const webhookProvider = {
  name: 'github',
  title: 'GitHub',
  signature:
    'In the header x-hub-signature-256, after "sha256=": HMAC-SHA256 of {body}, in hex. The secret is text.',
  secret: {
    kind: 'chosen',
    paste:
      'Choose a secret (or let one be generated here) and enter the same one as the secret of the webhook, under Settings > Webhooks.',
  },
  toleranceSeconds: null,
  needsPublicUrl: false,
  answerWithinSeconds: 10,
  eventId: 'header:x-github-delivery',
  eventType: 'header:x-github-event',
  dedupByDefault: true,
  handshake: 'none',
  success: null,
  quirks: ['Does not retry by itself: redeliver by hand, or over its API.'],
  evidence: 'sdk',
};
