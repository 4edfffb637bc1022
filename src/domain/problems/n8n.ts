import type { Catalogue } from './entry.ts';

/** Looking into n8n. */
export const N8N_PROBLEMS = {
  n8n_not_configured: {
    status: 409,
    title: 'n8n not configured',
    detail:
      'Looking into n8n needs its address and a key of its public API. Have N8N_BASE_URL and N8N_API_KEY set for this service.',
  },
  n8n_not_shared: {
    status: 403,
    title: 'n8n not shared',
    detail:
      'What is in n8n belongs to the whole installation: only the default organization and the admin key of the service may look into it. Ask whoever runs this service for N8N_SHARED=true, which lets every organization.',
  },
  n8n_unreachable: {
    status: 502,
    title: 'n8n unreachable',
    detail:
      'Nothing answers in the place of n8n. Check that it runs and that N8N_BASE_URL is its address; try again when it has started.',
  },
  n8n_timeout: {
    status: 504,
    title: 'n8n timeout',
    detail: 'No answer came from n8n in time. Try again; if it stays, check how busy n8n is.',
  },
  n8n_api_refused: {
    status: 502,
    title: 'n8n refused the key',
    detail:
      "The public API of n8n does not accept N8N_API_KEY: it expired, was deleted, or is another installation's. Have a new one made in n8n under Settings, n8n API, and set as N8N_API_KEY.",
  },
  n8n_api_forbidden: {
    status: 502,
    title: 'n8n forbade the call',
    detail:
      "The public API of n8n does not let N8N_API_KEY do this. Check that the key has the scopes for workflows and executions, that its user may see them, and that n8n's licence includes it.",
  },
  n8n_unexpected_answer: {
    status: 502,
    title: 'Unexpected answer from n8n',
    detail:
      "What answers is not n8n's public API. Check that N8N_BASE_URL is the address of n8n itself, without a path of its webhooks and without a redirect, and that its public API is switched on.",
  },
  n8n_workflow_not_found: {
    status: 404,
    title: 'n8n workflow not found',
    detail:
      'There is no workflow with this id in n8n, or N8N_API_KEY may not see it. GET /api/n8n/workflows lists those it has.',
  },
  n8n_execution_not_found: {
    status: 404,
    title: 'n8n execution not found',
    detail:
      'There is no execution with this id in n8n: there never was, or n8n has deleted it by now. Check the id, and for how long n8n keeps executions.',
  },
  n8n_workflow_inactive: {
    status: 409,
    title: 'n8n workflow inactive',
    detail:
      'The workflow is not active in n8n, which answers 404 to its webhooks. Activate it with POST /api/n8n/workflows/:id/activate, or send allowInactive.',
  },
  n8n_no_webhook: {
    status: 422,
    title: 'No webhook node',
    detail:
      'The n8n workflow has no webhook node that is switched on and has a path of its own. Add one in n8n, and try again.',
  },
  n8n_change_refused: {
    status: 409,
    title: 'n8n refused the change',
    detail:
      'The workflow as it is cannot be changed so: to be activated it needs a trigger, and paths that no other workflow has. Check it in n8n.',
  },
  n8n_execution_not_retryable: {
    status: 409,
    title: 'n8n execution not retryable',
    detail:
      'Only what failed in n8n is run again there. See its status with GET /api/n8n/executions/:id; to run it anew, use POST /api/executions/:id/retry.',
  },
} as const satisfies Catalogue;
