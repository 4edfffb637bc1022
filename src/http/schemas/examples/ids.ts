/** One story for all examples: GitHub-like orders of one shop, received, executed, and delivered to n8n. */
export const IDS = {
  organization: '01990f3e-5d20-7a11-8c44-90b1d2e7f655',
  apiKey: '01990f41-0c72-7d03-b6a1-2f6c8e4d91aa',
  workflow: '7891b16c-9f81-4005-9925-1f5b3f1783b0',
  endpoint: '01991a77-20c4-7b58-a3f9-5e1c07d4b826',
  fallbackEndpoint: '01991a78-4e1b-7c09-92d4-7d3a0f6e85c1',
  trigger: '01991a77-20c5-7f2e-9b60-c81d93a2e047',
  secret: '01991a77-20c6-7413-8d7a-6b20f59e3c18',
  log: '01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4',
  execution: '01991c2a-7b3e-7c41-9d52-441f0ce2a9b6',
  delivery: '01991c2a-7b52-70d9-8e13-b7f25a9c6d30',
  newExecution: '01991c5f-93a0-7e66-a4b8-0d5c1e72f9a3',
  replay: '01991c5f-8a14-7902-b3c7-e4609d2a5f18',
} as const;

export const WEBHOOK_URL = `https://hooks.example.com/api/webhooks/${IDS.workflow}`;
export const ENDPOINT_URL = 'https://n8n.example.com/webhook/orders';
export const REQUEST_ID = '9f2c4be17a30d586-2s';

/** When what is configured was made, and when the webhook of the story came. */
export const CREATED_AT = '2026-03-02T08:15:00.000Z';
export const RECEIVED_AT = '2026-03-10T09:30:00.417Z';
export const FINISHED_AT = '2026-03-10T09:30:00.512Z';
