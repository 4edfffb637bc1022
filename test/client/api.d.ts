// Generated from openapi.yaml by "npm run client-types".

export interface paths {
    "/api/webhooks/{workflowId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that a webhook listens
         * @description Says whether a webhook sent here would be let in, as far as that can be known without one: whether the workflow exists, is active, and takes webhooks from this address. Where a handshake by GET is configured, it is answered here.
         */
        get: operations["checkWebhook"];
        put?: never;
        /**
         * Receive a webhook
         * @description Takes any content type and keeps the bytes as they came. Answers only after the webhook is committed. Who may send is decided by the auth type of the workflow. A handshake is answered where one is configured, and executes nothing. What is a delivery of Hookgate itself is counted (`x-hookgate-hops`): it is refused when it comes back to its own workflow, or when more than eight executions led to it.
         */
        post: operations["receiveWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{id}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Execute a workflow
         * @description Starts one execution, stored before it is answered. `Idempotency-Key` makes repeating the call safe: the same key with the same body answers the first execution again, as it is now, with `Idempotent-Replayed: true`. `Prefer: wait=N` waits up to N seconds (60 at the most) for the end; `Preference-Applied` says how long.
         */
        post: operations["executeWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List executions
         * @description Newest first.
         */
        get: operations["listExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/executions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an execution
         * @description With its deliveries, every attempt and what was answered to it, and its transitions.
         */
        get: operations["getExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/executions/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry an execution
         * @description Sends again what did not succeed, as a new run. Only an execution that is `failed` or `dead_lettered` can be retried.
         */
        post: operations["retryExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/executions/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an execution
         * @description Nothing more is sent. An attempt under way is let finish (`cancelRequestedAt` is set meanwhile), and if it succeeds, success wins.
         */
        post: operations["cancelExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/executions/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow an execution
         * @description Server-sent events: every transition, those that were before first, then each as it happens, whichever process makes it. With `Last-Event-ID` only those after it. After the transition that ends the execution comes `end`, and the stream is over; whoever comes back then gets `end` at once, unless it was retried since: its seq goes on, and so does the stream. A comment every 15 seconds shows that the stream lives; `retry` asks clients to come back a second after it broke off. A client that does not read what it is sent is cut off, and so is one whose key was revoked, has expired or lost its scope, within a second. An organization can have so many streams open at once as its budget `event_streams` says. `EventSource` of browsers cannot send a key: read the stream with `fetch`.
         */
        get: operations["followExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/executions/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow all executions
         * @description Server-sent events: the transitions of all executions, or of those of one workflow, from the moment on that the answer begins. An execution appears with its first transition after `queued`. This feed is live only: `Last-Event-ID` is ignored, and what happened while a client was away is found in the list of executions. A comment every 15 seconds shows that the stream lives; `retry` asks clients to come back a second after it broke off. A client that does not read what it is sent is cut off, and so is one whose key was revoked, has expired or lost its scope, within a second. An organization can have so many streams open at once as its budget `event_streams` says. `EventSource` of browsers cannot send a key: read the stream with `fetch`.
         */
        get: operations["followExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the dead letters
         * @description Deliveries that were given up: all attempts are used up, and no fallback took them; those of cancelled executions are left out. Newest first, by when the delivery was made.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dead-letters/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry the executions of many dead letters
         * @description Every execution that is `dead_lettered` and of which a delivery matches and was given up until now, each once, as POST /api/executions/:id/retry does it: what succeeded is not sent again. It goes on in the background, whatever is restarted meanwhile: GET /api/replays/:id shows how far it is, POST /api/replays/:id/cancel stops it, and so does an error rate over one half. `dryRun` only counts.
         */
        post: operations["redriveDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the workflows
         * @description Newest first.
         */
        get: operations["listWorkflows"];
        put?: never;
        /**
         * Create a workflow
         * @description Makes the workflow with its webhook, its triggers and their endpoints. Secrets that are generated are in this answer and in no other. `triggers` say where it is delivered: with them the call needs `n8n:write` beside `workflows:write`.
         */
        post: operations["createWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a workflow
         * @description With its webhook, its triggers and their endpoints, without their secrets.
         */
        get: operations["getWorkflow"];
        put?: never;
        post?: never;
        /**
         * Delete a workflow
         * @description Its webhook answers 404 from now on and its open executions are cancelled. What was received and executed stays visible until its retention.
         */
        delete: operations["deleteWorkflow"];
        options?: never;
        head?: never;
        /**
         * Change a workflow
         * @description What is left out stays. `triggers` replaces the whole set; a trigger that keeps its endpoint stays the same trigger, for deliveries under way too. They say where it is delivered: with them the call needs `n8n:write` beside `workflows:write`.
         */
        patch: operations["changeWorkflow"];
        trace?: never;
    };
    "/api/workflows/{id}/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the webhook of a workflow
         * @description With a command that calls it. Never shows a secret.
         */
        get: operations["getWebhookSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the webhook of a workflow
         * @description What is left out stays, null takes a setting away; `hmac` is replaced as a whole. When no stored secret can be used under the new settings, one is generated and shown this once.
         */
        patch: operations["changeWebhookSettings"];
        trace?: never;
    };
    "/api/workflows/{id}/webhook/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a webhook a new secret
         * @description Generated, or brought along. Shown this once. The secrets of before go on verifying for the overlap, which never prolongs one.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{id}/webhook/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test webhook
         * @description Sends a webhook, signed with the newest secret, through the real path: it is verified, limited, stored and executed like any other, and its answer is reported as it was, also a refusal. It comes from the address of whoever calls this, which an allowlist must hold.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the known senders
         * @description What `provider` of a webhook can be: how each signs, which secret to paste where, how soon it wants an answer, and what this knowledge rests on.
         */
        get: operations["listWebhookProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the endpoints
         * @description Newest first. An endpoint stays when the workflows that used it are deleted or are given other triggers: `unused=true` finds those.
         */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /**
         * Create an endpoint
         * @description Nothing is delivered to it before a trigger leads to it. Secrets that are generated are in this answer and in no other: `secret` signs what goes out, `inboundSecret` what comes back.
         */
        post: operations["createWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-endpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an endpoint
         * @description Without its secret, with the names of its headers only, and with its circuit, of which a change changes the `ETag` too; `If-Match` is not held to that.
         */
        get: operations["getWebhookEndpoint"];
        put?: never;
        post?: never;
        /**
         * Delete an endpoint
         * @description One that triggers of a workflow lead to, or have among their fallback actions, is not deleted. What was delivered stays visible until its retention.
         */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        /**
         * Change an endpoint
         * @description What is left out stays; what is given replaces the whole of it, `headers` and `retryPolicy` too. With a `url` of another host, scheme or port the `headers` must be given again. Deliveries under way follow the change. It is a change of each workflow that uses the endpoint: their `ETag` changes with it.
         */
        patch: operations["changeWebhookEndpoint"];
        trace?: never;
    };
    "/api/webhook-endpoints/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give an endpoint a new secret
         * @description Generated, or brought along. Shown this once. It signs whatever is sent from now on: the receiver should accept both until then.
         */
        post: operations["rotateWebhookEndpointSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-endpoints/{id}/inbound-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give an endpoint a new secret for what comes back
         * @description Verifies what n8n sends to `POST /api/webhooks/n8n` in the name of this endpoint. Generated, or brought along. Shown this once. The secrets of before go on verifying for the overlap, which never prolongs one. An endpoint that was made together with a trigger has none before this.
         */
        post: operations["rotateInboundSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflow-triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the triggers
         * @description Newest first, of all workflows that are not deleted.
         */
        get: operations["listWorkflowTriggers"];
        put?: never;
        /**
         * Create a trigger
         * @description It takes the executions that come from now on. It is a change of its workflow, whose `ETag` changes with it. Needs both `n8n:write` and `workflows:write`.
         */
        post: operations["createWorkflowTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflow-triggers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a trigger
         * @description With its endpoint, without its secret.
         */
        get: operations["getWorkflowTrigger"];
        put?: never;
        post?: never;
        /**
         * Delete a trigger
         * @description Its deliveries under way end as `failed` with the outcome `trigger_removed`. Its endpoint stays. It is a change of its workflow, whose `ETag` changes with it. Needs both `n8n:write` and `workflows:write`.
         */
        delete: operations["deleteWorkflowTrigger"];
        options?: never;
        head?: never;
        /**
         * Change a trigger
         * @description What is left out stays; null takes `filter`, `transform` or `awaitCallback` away. Its workflow and its endpoint stay, because deliveries under way find them by it: for others, make another trigger. It is a change of its workflow, whose `ETag` changes with it. Needs both `n8n:write` and `workflows:write`.
         */
        patch: operations["changeWorkflowTrigger"];
        trace?: never;
    };
    "/api/webhook-logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was received
         * @description Newest first, accepted and refused. Of the refused requests of a minute only the first are listed. A page looks at no more than 20,000 requests, or 5,000 and 16 MiB of bodies with `q`: with filters that few requests match, it may come back with fewer than `limit`, or none, and still have a `nextCursor` from where to go on.
         */
        get: operations["listWebhookLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-logs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show what was received
         * @description The request as it came, how it was answered, and what it started. Of one that could not be authenticated, `diagnosis` says what would have matched, which its sender is never told:
         *
         *     ```json
         *     [
         *       {
         *         "code": "body_reserialized",
         *         "proven": true,
         *         "detail": "The signature is right for the body as JSON compact: what was signed is not what arrived. Something between the sender and this service, or the sender itself after it had signed, wrote the body anew. Have it passed on byte for byte."
         *       },
         *       {
         *         "code": "expired_secret",
         *         "proven": true,
         *         "secretId": "01991a77-20c6-7413-8d7a-6b20f59e3c18",
         *         "expiredAt": "2026-03-09T08:15:00.000Z",
         *         "detail": "The sender still uses the secret 01991a77-20c6-7413-8d7a-6b20f59e3c18, which expired at 2026-03-09T08:15:00.000Z. Enter the new one there; next time give the change a longer overlapSeconds."
         *       }
         *     ]
         *     ```
         */
        get: operations["getWebhookLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-logs/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export what was received
         * @description All that match, newest first, with headers and bodies, streamed. What arrives after it began is not in it.
         *
         *     `ndjson`: a JSON object a line; `body` as JSON when it parses, else in base64, as `bodyEncoding` says. `csv` (RFC 4180, UTF-8 with a byte order mark, a header line): for spreadsheets; `body` as text, or in base64 when it is none; a cell that a spreadsheet would take for a formula has an apostrophe in front.
         *
         *     An export that fails breaks off its connection: one that was received to its end (the last chunk of a chunked answer) is complete. It also breaks off when the key is revoked meanwhile. An organization can have so many under way at once as its budget `exports` says.
         */
        get: operations["exportWebhookLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-logs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a webhook again
         * @description A new execution of the same bytes, whatever became of the first one, by the triggers that the workflow has now. To send only what did not succeed, retry the execution.
         */
        post: operations["retryWebhookLog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-logs/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run many webhooks again
         * @description Every webhook that matches and was received until now, oldest first, each once, as a new execution of the same bytes. It goes on in the background, whatever is restarted meanwhile. `dryRun` only counts.
         */
        post: operations["retryWebhookLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List replays
         * @description Newest first, of the kinds that the key may read. A replay of webhook logs needs the scopes of logs, one of dead letters those of executions.
         */
        get: operations["listReplays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/replays/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a replay
         * @description How far it is, and what became of the executions it made or retried. A replay of webhook logs needs the scopes of logs, one of dead letters those of executions.
         */
        get: operations["getReplay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/replays/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a replay
         * @description It makes or retries no more executions. Those that it has made or retried go on. A replay of webhook logs needs the scopes of logs, one of dead letters those of executions.
         */
        post: operations["cancelReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the alerts
         * @description Times in which something about a workflow was unusual, newest first. Each is told of once when it begins and once when it is over: as the event `alert.<kind>`, to the active endpoints that have that, or `alert`, among their `events` (the oldest 20), to `ALERT_WEBHOOK_URL`, and in the log. When something counts as unusual is in `alerts` of the webhook settings.
         */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the organizations
         * @description Newest first. The organization `default` exists from the start.
         */
        get: operations["listOrganizations"];
        put?: never;
        /**
         * Create an organization
         * @description To give it its first API key, call `POST /api/api-keys` with the admin key and its id in `x-organization-id`.
         */
        post: operations["createOrganization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/organizations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an organization
         * @description Its name, its slug, and since when it exists.
         */
        get: operations["getOrganization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change an organization
         * @description Its slug stays as it is. `budgets` are the limits that it has instead of those of the settings: each process knows them within a second.
         */
        patch: operations["changeOrganization"];
        trace?: never;
    };
    "/api/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the API keys
         * @description Newest first, with those that were revoked or have expired, and without the keys.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Create an API key
         * @description For the organization of the caller. The key is in this answer and in no other. No key can grant a scope that it has not itself, nor one for longer than it lives.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an API key
         * @description What it may do, when it was last used, and whether it still works. Not the key.
         */
        get: operations["getApiKey"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description Every process refuses it within a second. It stays in the list. Revoking it again changes nothing.
         */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show what is used of each budget
         * @description What an organization can make expensive has a limit, so that it harms no other. This shows those of your organization: how much there is, how much is used, and how often somebody was turned away. The admin key without `x-organization-id` sees those of its own and of all organizations that use any, and the budgets that are of no organization. A limit is a setting of the service; the admin key can give an organization another with `PATCH /api/organizations/:id`.
         */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/n8n/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the workflows in n8n
         * @description Newest first, as n8n's public API tells them, with where each takes webhooks. For the default organization and the admin key, unless `N8N_SHARED` is true.
         */
        get: operations["listN8nWorkflows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/n8n/workflows/{id}/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver to a workflow in n8n
         * @description Makes an endpoint for one of its webhook nodes and a trigger that leads there, of a new workflow or of the one that is named. Needs both `n8n:write` and `workflows:write`. What leads there already is used again: then the answer is 200.
         */
        post: operations["registerN8nWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/n8n/workflows/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Activate a workflow in n8n
         * @description Changes nothing when it is so already. It takes effect a moment after this answer: under a second, longer when n8n is busy.
         */
        post: operations["activateN8nWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/n8n/workflows/{id}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deactivate a workflow in n8n
         * @description Changes nothing when it is so already. It takes effect a moment after this answer: under a second, longer when n8n is busy.
         */
        post: operations["deactivateN8nWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/n8n/executions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an execution in n8n
         * @description n8n's own outcome, with its error when it failed: a workflow can fail after n8n has answered 200. The data that went through it is not shown.
         */
        get: operations["getN8nExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/n8n/executions/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry an execution in n8n
         * @description Has n8n run it again from the node that failed, and answers when that has ended, whether it succeeded or failed again. Nothing is delivered anew. After a minute the answer is 504, and the retry goes on in n8n.
         */
        post: operations["retryN8nExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/n8n": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the status
         * @description Whether n8n answers, asked at most once in two seconds; what waits, and for what; the circuits of the endpoints; and what was received and sent. Counting stops at 10,000 of each, which `bounded` tells.
         */
        get: operations["getN8nStatus"];
        /**
         * Register an endpoint by its name
         * @description Makes the endpoint, or makes the one of this name anew: what is left out goes back to its default, but the secrets stay. Secrets that are generated are in the answer that creates the endpoint and in no other: `secret` signs what goes out, `inboundSecret` what comes back.
         */
        put: operations["registerN8nEndpoint"];
        /**
         * Take an event from n8n
         * @description Signed with the inbound secret of an endpoint, or with `N8N_WEBHOOK_SECRET`, either as hex HMAC-SHA256 of the body or as Standard Webhooks say; if both are there, both must be right. With `executionId` or `deliveryId` it says how an execution went. With `workflowId` alone it starts one, whose input is `data`. Anything else is written down.
         */
        post: operations["receiveN8nEvent"];
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Send an event to n8n
         * @description Stores it, answers, and sends it in the background: `{ eventId, event, timestamp, data }`, signed with the secret of the endpoint as an envelope is, with its retries, its pace and its circuit. Sent again, it has the same `eventId`, which is its `webhook-id` too: what a receiver deduplicates on. Events are not promised to arrive in the order in which they were sent. The call itself can be repeated only as another event.
         */
        patch: operations["sendN8nEvent"];
        trace?: never;
    };
    "/api/webhook-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the events
         * @description Newest first, both directions: what n8n sent here, and what was sent to n8n.
         */
        get: operations["listWebhookEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an event
         * @description With its body, how it was signed, and every attempt to send it with what was answered. Of an event that was refused no body is kept.
         */
        get: operations["getWebhookEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-events/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an event again
         * @description As a new run under the same id, to its endpoint as it is now. Only what was sent to n8n, and ended `failed` or `dead_lettered`.
         */
        post: operations["retryWebhookEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the data syncs
         * @description Newest first.
         */
        get: operations["listDataSyncConfigs"];
        put?: never;
        /**
         * Create a data sync
         * @description Records of one entity are kept here and in another system. Changes here go to the endpoint as events `sync.record`; changes there come back as events `sync.record` (one) or `sync.records` (up to 500) at POST /api/webhooks/n8n, with `data: { config, key?, data, deleted?, clock? | changedAt?, baseVersion? }`. What came from there is never sent back.
         */
        post: operations["createDataSyncConfig"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a data sync
         * @description Its settings, and how far its changes have come.
         */
        get: operations["getDataSyncConfig"];
        put?: never;
        post?: never;
        /**
         * Delete a data sync
         * @description With its records, its conflicts and its full syncs, for good. What is in the outbox still goes out. To stop it and keep the records, send `isActive: false` with PATCH.
         */
        delete: operations["deleteDataSyncConfig"];
        options?: never;
        head?: never;
        /**
         * Change a data sync
         * @description What is left out stays. `isActive: false` pauses it; resumed, it sends what was changed meanwhile. With another outbound mapping the records are sent again whose mapping failed. A change of direction sends nothing by itself: POST /api/data-sync-configs/:id/sync does.
         */
        patch: operations["changeDataSyncConfig"];
        trace?: never;
    };
    "/api/data-sync-configs/{id}/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the records, or what was changed since
         * @description In the order of their last changes, deleted ones too. Whoever follows them asks with `changedSince` of the answer before: no change is missed, because none becomes visible after a later one. A record that changes meanwhile comes again.
         */
        get: operations["listSyncRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs/{id}/records/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a record
         * @description Also one that was deleted: without its data.
         */
        get: operations["getSyncRecord"];
        /**
         * Create or change a record
         * @description Kept, and put into the outbox with the same commit. Where the outbound mapping fails, it is kept all the same: `outbound` says so.
         */
        put: operations["putSyncRecord"];
        post?: never;
        /**
         * Delete a record
         * @description That it was deleted is kept, and goes out as a change. Deleting it once more changes nothing.
         */
        delete: operations["deleteSyncRecord"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs/{id}/records/{key}/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a record again
         * @description As it is now, also one that was deleted, or that came from there: for a mapping that failed, or an event that was lost.
         */
        post: operations["sendSyncRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs/{id}/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the conflicts
         * @description Newest first, resolved ones too: each keeps both sides.
         */
        get: operations["listSyncConflicts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs/{id}/conflicts/{conflictId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a conflict
         * @description Both sides of it, and what was decided.
         */
        get: operations["getSyncConflict"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs/{id}/conflicts/{conflictId}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve a conflict
         * @description Makes a new change of the record, later than both sides, which goes out. Other conflicts of the same record stay open.
         */
        post: operations["resolveSyncConflict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs/{id}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a full sync
         * @description Outbound: every record goes out in events `sync.records` of up to 100, a few at a time, whatever is restarted meanwhile. Inbound: an event `sync.request` with the id of the full sync asks for all that is there; it comes as events `sync.records` with `run`, `total` if known, and `done: true` with the last.
         */
        post: operations["startSyncRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the full syncs
         * @description Newest first.
         */
        get: operations["listSyncRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs/{id}/runs/{runId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a full sync
         * @description How far it is.
         */
        get: operations["getSyncRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs/{id}/runs/{runId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a full sync
         * @description It sends nothing more until it is resumed; of an inbound one, what comes is refused meanwhile.
         */
        post: operations["pauseSyncRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs/{id}/runs/{runId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a full sync
         * @description It goes on where it was paused.
         */
        post: operations["resumeSyncRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data-sync-configs/{id}/runs/{runId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a full sync
         * @description It sends nothing more. What it has sent, or received, stays.
         */
        post: operations["cancelSyncRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process runs
         * @description Looks at nothing but itself: restart the process when this fails.
         */
        get: operations["livez"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether this process should get traffic
         * @description Degraded is still 200: webhooks are acknowledged truthfully while the queue is down or n8n stands still.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics in the text format of Prometheus
         * @description Needs `Authorization: Bearer <METRICS_TOKEN>` when the service has such a token. Without one they are shown where only this machine can ask, and on the listener for operators (`OPERATIONS_PORT`), which then has them alone.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all problems
         * @description Every code that an error of this service can have, and what to do about it.
         */
        get: operations["listProblems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a problem means
         * @description The `type` of a problem is the address of its entry here.
         */
        get: operations["describeProblem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Problem: {
            /** Format: uri */
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description The path of the request, without its query. */
            instance: string;
            /** @description Stable; what programs should look at. */
            code: string;
            /** @description The title again, for plain clients. */
            error: string;
            requestId: string;
            errors?: {
                /** @description A JSON pointer: /body/…, /query/…, /params/… or /headers/…. */
                pointer: string;
                detail: string;
            }[];
        };
        /** Format: uuid */
        Id: string;
        /** @enum {string} */
        ExecutionStatus: "queued" | "running" | "retrying" | "waiting" | "succeeded" | "failed" | "cancelled" | "dead_lettered";
        /** @enum {string} */
        TriggerType: "webhook" | "manual" | "n8n";
        /** @enum {string} */
        AlertKind: "authentication_failures" | "execution_failures" | "execution_overdue";
        /** @enum {string} */
        EventDirection: "in" | "out";
        /** @enum {string} */
        EventState: "processed" | "refused" | "pending" | "sending" | "retrying" | "succeeded" | "failed" | "dead_lettered";
        /** @description The webhook is stored durably and will be executed. */
        WebhookAccepted: {
            /** @constant */
            success: true;
            /** @constant */
            message: "Workflow triggered successfully";
            workflowId: components["schemas"]["Id"];
            /**
             * Format: uuid
             * @description The same as executionId.
             */
            jobId: string;
            executionId: components["schemas"]["Id"];
            logId: components["schemas"]["Id"];
            /** @description Whether this event had been received before. */
            duplicate: boolean;
            /** Format: date-time */
            timestamp: string;
        };
        /** @description The workflow exists and takes webhooks by POST. */
        WebhookActive: {
            /** @constant */
            message: "Webhook endpoint active";
            workflowId: components["schemas"]["Id"];
            /** @constant */
            method: "POST";
            /** Format: date-time */
            timestamp: string;
        };
        ExecuteInput: {
            /** @description Any JSON object. */
            input?: {
                [key: string]: unknown;
            };
        };
        /** @enum {string} */
        DeliveryStatus: "pending" | "sending" | "retrying" | "waiting" | "succeeded" | "failed" | "cancelled" | "dead_lettered";
        /** @description What n8n said last of a delivery. */
        Callback: {
            event: string;
            /** @description Of the event that it came in. */
            eventId: string;
            /** @enum {string} */
            status: "success" | "failure";
            /**
             * @description `early`: it came before the attempt was answered, and settled it then; `late`: the delivery had ended otherwise, and stayed so; `stale`: it is of an earlier attempt; `recorded`: it changed nothing.
             * @enum {string}
             */
            effect: "applied" | "early" | "late" | "stale" | "recorded";
            /** @description As it came. */
            n8nStatus: string | null;
            n8nExecutionId: string | null;
            attempt: number | null;
            /** Format: date-time */
            sentAt: string | null;
            /** Format: date-time */
            at: string;
            error: string | null;
            advice: string | null;
            /** @description What it brought along; null: nothing. */
            data: unknown;
        };
        HeaderField: {
            name: string;
            value: string;
        };
        Attempt: {
            attempt: number;
            run: number;
            /** @enum {string} */
            result: "succeeded" | "failed" | "ambiguous";
            outcome: string;
            /** Format: date-time */
            startedAt: string;
            durationMs: number | null;
            statusCode: number | null;
            error: string | null;
            advice: string | null;
            /** Format: date-time */
            nextAttemptAt: string | null;
            request: {
                url: string;
                headers: components["schemas"]["HeaderField"][];
                bytes: number | null;
            };
            response: {
                headers: components["schemas"]["HeaderField"][];
                /** @description As `bodyEncoding` says. */
                body: unknown;
                /** @enum {string} */
                bodyEncoding: "json" | "text" | "base64";
                truncated: boolean;
            } | null;
        };
        Delivery: {
            id: components["schemas"]["Id"];
            triggerId: components["schemas"]["Id"];
            endpoint: {
                id: components["schemas"]["Id"];
                name: string;
                url: string;
            } | null;
            /** @description The delivery to the trigger's own endpoint that this one stands in for. */
            fallbackOf: components["schemas"]["Id"] | null;
            /** @description The place of its action in the trigger's `fallback`, from 1; 0: no fallback. */
            fallbackStep: number;
            /** @description Another delivery stands in for it, so it counts no more in the status of the execution. */
            isSuperseded: boolean;
            status: components["schemas"]["DeliveryStatus"];
            run: number;
            outcome: string | null;
            /** @enum {string|null} */
            confirmedBy: "http" | "callback" | "api" | null;
            /** Format: date-time */
            nextAttemptAt: string | null;
            /**
             * Format: date-time
             * @description Of one that is `waiting`: when it is overdue.
             */
            awaitedUntil: string | null;
            callback: components["schemas"]["Callback"] | null;
            /** @description The execution in n8n that it started, once n8n has said which. */
            n8nExecutionId: string | null;
            /** @description Where to look at that: n8n's own page when the workflow in n8n is known, else a path of this API. */
            n8nExecutionUrl: string | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            finishedAt: string | null;
            /** @description Its attempts over all runs, those included of which nothing was sent. */
            attemptCount: number;
            /** @description The latest hundred, in their order. */
            attempts: components["schemas"]["Attempt"][];
        };
        /** @description What n8n reported on the way: with the outcome `progress`, from a state to the same. Of one execution the latest hundred, and in its events all of the first thousand; not in the feed of all executions. */
        Progress: {
            event: string;
            n8nStatus: string | null;
            n8nExecutionId: string | null;
            /** @description `{ truncated: true, bytes, start }` when it is over 16 KiB: the event has all of it. */
            data: unknown;
        };
        Transition: {
            seq: number;
            from: components["schemas"]["ExecutionStatus"] | null;
            to: components["schemas"]["ExecutionStatus"];
            run: number;
            outcome: string | null;
            /** Format: date-time */
            at: string;
            data?: components["schemas"]["Progress"];
        };
        /** @description The execution, when it has ended or the call was repeated. */
        ExecuteResult: {
            executionId: components["schemas"]["Id"];
            /**
             * Format: uuid
             * @description The same as executionId.
             */
            jobId: string;
            id: components["schemas"]["Id"];
            workflowId: components["schemas"]["Id"];
            status: components["schemas"]["ExecutionStatus"];
            triggerType: components["schemas"]["TriggerType"];
            /** @description Who asked for it: null for a webhook as it came in. */
            triggeredBy: string | null;
            /** Format: date-time */
            triggeredAt: string;
            /** @description Raised by each retry. */
            run: number;
            outcome: string | null;
            /** @enum {string|null} */
            confirmedBy: "http" | "callback" | "api" | null;
            /** Format: date-time */
            cancelRequestedAt: string | null;
            /** Format: date-time */
            startedAt: string | null;
            /** Format: date-time */
            finishedAt: string | null;
            logId: components["schemas"]["Id"] | null;
            /** @description The execution whose request runs again in this one. It may be gone. */
            replayOf: components["schemas"]["Id"] | null;
            /** @description The replay of many that made it. */
            replayId: components["schemas"]["Id"] | null;
            /** @description What n8n sent along when it called back for the delivery that decides; null: nothing. */
            result: unknown;
            /** @description What a manual execution was given; null when nothing. */
            input: unknown;
            /** @description The request that started it. */
            log: {
                id: components["schemas"]["Id"];
                url: string;
            } | null;
            deliveries: components["schemas"]["Delivery"][];
            transitions: components["schemas"]["Transition"][];
        };
        /** @description Stored, and about to be executed. */
        ExecuteAccepted: {
            /** @constant */
            success: true;
            /** @constant */
            message: "Workflow execution started";
            workflowId: components["schemas"]["Id"];
            executionId: components["schemas"]["Id"];
            /**
             * Format: uuid
             * @description The same as executionId.
             */
            jobId: string;
            /** Format: date-time */
            timestamp: string;
        };
        /** @description An execution as lists show it. */
        ExecutionSummary: {
            id: components["schemas"]["Id"];
            workflowId: components["schemas"]["Id"];
            status: components["schemas"]["ExecutionStatus"];
            triggerType: components["schemas"]["TriggerType"];
            /** @description Who asked for it: null for a webhook as it came in. */
            triggeredBy: string | null;
            /** Format: date-time */
            triggeredAt: string;
            /** @description Raised by each retry. */
            run: number;
            outcome: string | null;
            /** @enum {string|null} */
            confirmedBy: "http" | "callback" | "api" | null;
            /** Format: date-time */
            cancelRequestedAt: string | null;
            /** Format: date-time */
            startedAt: string | null;
            /** Format: date-time */
            finishedAt: string | null;
            logId: components["schemas"]["Id"] | null;
            /** @description The execution whose request runs again in this one. It may be gone. */
            replayOf: components["schemas"]["Id"] | null;
            /** @description The replay of many that made it. */
            replayId: components["schemas"]["Id"] | null;
        };
        /** @description An execution with everything that happened to it. */
        Execution: {
            id: components["schemas"]["Id"];
            workflowId: components["schemas"]["Id"];
            status: components["schemas"]["ExecutionStatus"];
            triggerType: components["schemas"]["TriggerType"];
            /** @description Who asked for it: null for a webhook as it came in. */
            triggeredBy: string | null;
            /** Format: date-time */
            triggeredAt: string;
            /** @description Raised by each retry. */
            run: number;
            outcome: string | null;
            /** @enum {string|null} */
            confirmedBy: "http" | "callback" | "api" | null;
            /** Format: date-time */
            cancelRequestedAt: string | null;
            /** Format: date-time */
            startedAt: string | null;
            /** Format: date-time */
            finishedAt: string | null;
            logId: components["schemas"]["Id"] | null;
            /** @description The execution whose request runs again in this one. It may be gone. */
            replayOf: components["schemas"]["Id"] | null;
            /** @description The replay of many that made it. */
            replayId: components["schemas"]["Id"] | null;
            /** @description What n8n sent along when it called back for the delivery that decides; null: nothing. */
            result: unknown;
            /** @description What a manual execution was given; null when nothing. */
            input: unknown;
            /** @description The request that started it. */
            log: {
                id: components["schemas"]["Id"];
                url: string;
            } | null;
            deliveries: components["schemas"]["Delivery"][];
            transitions: components["schemas"]["Transition"][];
        };
        TransitionEvent: {
            executionId: components["schemas"]["Id"];
            workflowId: components["schemas"]["Id"];
            seq: number;
            from: components["schemas"]["ExecutionStatus"] | null;
            to: components["schemas"]["ExecutionStatus"];
            run: number;
            outcome: string | null;
            /** Format: date-time */
            at: string;
            data?: components["schemas"]["Progress"];
        };
        /** @description The execution has ended, and with it the stream. */
        EndEvent: {
            executionId: components["schemas"]["Id"];
            workflowId: components["schemas"]["Id"];
            status: components["schemas"]["ExecutionStatus"];
        };
        /** @description A delivery that was given up, after all its attempts and fallbacks. */
        DeadLetter: {
            /** @description Of the delivery. */
            id: components["schemas"]["Id"];
            executionId: components["schemas"]["Id"];
            workflowId: components["schemas"]["Id"];
            triggerId: components["schemas"]["Id"];
            /** @description The one that did not take it, the last of its fallbacks if it had any; null: deleted since. */
            endpoint: {
                id: components["schemas"]["Id"];
                name: string;
                url: string;
            } | null;
            run: number;
            fallbackOf: components["schemas"]["Id"] | null;
            fallbackStep: number;
            /** @description Of its last attempt, as what follows. */
            outcome: string | null;
            statusCode: number | null;
            error: string | null;
            advice: string | null;
            /** @description How often it was sent, over all runs. */
            attemptCount: number;
            /** Format: date-time */
            lastAttemptAt: string | null;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it was given up.
             */
            finishedAt: string | null;
        };
        /** @description Which dead letters: as in their list. `{}`: all. */
        DeadLetterFilter: {
            /** @description Of this workflow only. */
            workflowId?: components["schemas"]["Id"];
            /** @description That this endpoint did not take. */
            endpointId?: components["schemas"]["Id"];
            /** @description Of the last attempt, e.g. `connection_refused`. */
            outcome?: string;
            /**
             * Format: date-time
             * @description Given up at this time or later.
             */
            from?: string;
            /**
             * Format: date-time
             * @description Given up before this time.
             */
            to?: string;
        };
        RedriveInput: {
            filter: components["schemas"]["DeadLetterFilter"];
            /**
             * @description Only count what would run again.
             * @default false
             */
            dryRun?: boolean;
            /**
             * @description Executions a second, at the most.
             * @default 10
             */
            ratePerSecond?: number;
        };
        RedriveDryRun: {
            /** @description Executions of which a dead letter matches, those included that would be skipped. */
            matched: number;
            /** @description Counting stopped at its limit: there may be more. */
            bounded: boolean;
        };
        /**
         * @description `webhook_logs`: webhooks run again, each as a new execution. `dead_letters`: executions are retried.
         * @enum {string}
         */
        ReplayKind: "webhook_logs" | "dead_letters";
        /**
         * @description `running` while it makes executions, `completed` when it has made all of them. `stopped`: of its last executions that ended, twenty at least, more than half failed.
         * @enum {string}
         */
        ReplayState: "running" | "completed" | "cancelled" | "stopped";
        /** @description Which webhook logs: as in their list. */
        LogFilter: {
            /** @description Of this workflow only. */
            workflowId?: components["schemas"]["Id"];
            /** @description Whether the request was accepted. */
            success?: boolean;
            /** @description What it was meant to be answered with. */
            statusCode?: number;
            /** @description Why it was refused. */
            errorCode?: string;
            /** @description The state of the execution it started. */
            executionStatus?: components["schemas"]["ExecutionStatus"];
            /**
             * Format: date-time
             * @description Received at this time or later.
             */
            from?: string;
            /**
             * Format: date-time
             * @description Received before this time.
             */
            to?: string;
            /** @description The address it came from, v4 or v6. */
            sourceIp?: string;
            /** @description Text in the body, as its bytes were sent: the letters a to z match in either case, everything else exactly, and JSON is not decoded. Needs `workflowId`, or `from` and `to` at most 24 hours apart. */
            q?: string;
        };
        /** @description Many webhooks, or dead letters, that run again. */
        Replay: {
            id: components["schemas"]["Id"];
            kind: components["schemas"]["ReplayKind"];
            state: components["schemas"]["ReplayState"];
            filter: components["schemas"]["LogFilter"] | components["schemas"]["DeadLetterFilter"];
            ratePerSecond: number;
            /** @description Webhook logs, or executions of dead letters, that matched when it was made. */
            total: number;
            /** @description Counting stopped at its limit: there may be more than `total`. */
            totalBounded: boolean;
            /** @description Executions it has made, or retried. */
            replayed: number;
            /** @description Logs passed over: refused, duplicates (their event runs again by the log it came with first), without a body, or of a workflow that is inactive or deleted. Executions passed over: not (or no more) `dead_lettered`, of such a workflow, or without the body of their webhook. */
            skipped: number;
            requestedBy: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            finishedAt: string | null;
            /** @description How many of the executions it made, or retried and no later redrive did, are in each state. */
            executions: {
                queued: number;
                running: number;
                retrying: number;
                waiting: number;
                succeeded: number;
                failed: number;
                cancelled: number;
                dead_lettered: number;
            };
        };
        /**
         * @description How a sender proves who it is.
         * @enum {string}
         */
        AuthType: "none" | "api_key" | "bearer_token" | "hmac" | "provider";
        SignatureDescription: {
            /** @description Where the signature is. Default x-webhook-signature. */
            header?: string;
            /** @description Where the first headers are not sent, the same under another beginning: from `svix-` to `webhook-`. */
            headerAlias?: {
                from: string;
                to: string;
            };
            /** @description The signature is there in the body instead of in a header. */
            jsonPath?: string;
            /**
             * @description `raw`, the default: all of it is one signature; `list`: several, any may fit; `pairs`: `key=value`, any with this `key` may.
             * @enum {string}
             */
            format?: "raw" | "list" | "pairs";
            /** @description Between those of a list, by default a space, or between pairs, by default a comma. */
            separator?: string;
            /** @description Of pairs, the name of the signature. */
            key?: string;
            /**
             * @description `sha256`, the default, `sha1`, `sha512`: HMAC; `sha256-plain`: a hash of what is signed, {secret} included; `ed25519`, `ecdsa-p256`: the secret is a public key; `token`: the secret itself is sent, nothing is signed.
             * @enum {string}
             */
            algorithm?: "sha256" | "sha1" | "sha512" | "sha256-plain" | "ed25519" | "ecdsa-p256" | "token";
            /**
             * @description Of the signature. Default hex.
             * @enum {string}
             */
            encoding?: "hex" | "base64" | "base64url";
            /** @description Text before the signature, e.g. "sha256=". Required when set. */
            prefix?: string;
            /** @description What is signed: text with {body}, {timestamp}, {method}, {url}, {secret}, {header:Name} and {json:path}. */
            payload?: string;
            /** @description When it was sent is in this header. Without any of the three its age is not looked at. */
            timestampHeader?: string;
            /** @description Or under this name among the pairs. */
            timestampKey?: string;
            /** @description Or there in the body. */
            timestampPath?: string;
            /**
             * @description Of the time. Default s: Unix seconds.
             * @enum {string}
             */
            timestampUnit?: "s" | "ms" | "rfc3339";
            /** @description Into the past and into the future. Default 300; null: however old it is. */
            toleranceSeconds?: number | null;
            /**
             * @description How the secret has to be read to be the key. Default utf8: its text; base64 for public keys.
             * @enum {string}
             */
            secretEncoding?: "utf8" | "hex" | "base64" | "base64url";
            /** @description What is taken off before it is read, if it is there, e.g. "whsec_". */
            secretPrefix?: string;
            /** @description Where the id of an event is. By itself this changes nothing: see `dedup` of the webhook. */
            eventId?: string;
            /** @description Where it is said what happened. */
            eventType?: string;
        };
        RateLimit: {
            max: number;
            windowSeconds: number;
        };
        /**
         * @description A sender whose way of signing is known: see GET /api/webhook-providers.
         * @enum {string}
         */
        ProviderName: "generic" | "github" | "gitlab_token" | "gitlab_signing" | "bitbucket" | "jira" | "stripe" | "shopify" | "slack" | "twilio" | "standardwebhooks" | "standardwebhooks_v1a" | "svix" | "clerk" | "openai" | "linear" | "hubspot_v3" | "hubspot_v1" | "hubspot_v2" | "intercom" | "mailgun" | "sendgrid" | "square" | "paddle" | "lemonsqueezy" | "discord" | "twitch" | "zoom" | "typeform" | "calendly" | "meta" | "razorpay" | "adyen_standard" | "adyen_platform" | "telegram" | "trello" | "aws_sns" | "zendesk" | "docusign" | "pagerduty" | "sentry" | "vercel" | "mux" | "workos" | "sanity" | "line";
        /**
         * @description What the sender asks before it sends webhooks. `none`: nothing.
         * @enum {string}
         */
        Handshake: "slack" | "meta" | "zoom" | "twitch" | "microsoft_graph" | "aws_sns" | "discord" | "x_crc" | "dropbox" | "asana" | "okta" | "xero" | "none";
        Dedup: {
            /** @description Where the id of an event is that its sender repeats with every retry: `header:<name>`, `json:<path>` in the body, or `provider`: where this provider has it. `none`: nowhere, every request is an event of its own. */
            source: string;
            /** @description How long an id is remembered. 86400, the default: a day. */
            windowSeconds?: number;
        };
        /** @description What the sender is answered when its webhook is stored. */
        Success: {
            /** @description 204 and 205 have no body. */
            status: number;
            /** @description Answered as text/plain instead of the JSON document. */
            body?: string;
        };
        /** @description When something counts as unusual. What is left out is as the service has it by default (`ALERT_…`). */
        AlertRules: {
            authenticationFailures?: {
                /** @description false mutes it. */
                enabled?: boolean;
                /** @description So many requests refused as not authentic within the window. Default 20. */
                count?: number;
                /** @description Default 300. */
                windowSeconds?: number;
            };
            executionFailures?: {
                /** @description false mutes it. */
                enabled?: boolean;
                /** @description Of the executions that ended within the window, the share that failed. Default 0.5. */
                rate?: number;
                /** @description So many have to have ended for the rate to mean something. Default 5. */
                minimum?: number;
                /** @description Default 900. */
                windowSeconds?: number;
            };
            executionOverdue?: {
                /** @description false mutes it. */
                enabled?: boolean;
                /** @description An execution that has not ended this long after it began is overdue. Default 3600. */
                afterSeconds?: number;
            };
        };
        /** @description Enabled unless `enabled` is false; without `authType` it is `hmac` with a generated secret. For a provider that makes the secret itself, bring it along or give it later: until then everything is refused. */
        WebhookInput: {
            enabled?: boolean;
            authType?: components["schemas"]["AuthType"];
            hmac?: components["schemas"]["SignatureDescription"] | null;
            rateLimit?: components["schemas"]["RateLimit"] | null;
            maxBodyBytes?: number | null;
            ipAllowlist?: string[] | null;
            payloadSchema?: {
                [key: string]: unknown;
            } | boolean | null;
            provider?: components["schemas"]["ProviderName"] | null;
            handshake?: components["schemas"]["Handshake"] | null;
            /** @description What the handshake of `meta` has to bring along: the verify token entered there. */
            verifyToken?: string | null;
            dedup?: components["schemas"]["Dedup"] | null;
            success?: components["schemas"]["Success"] | null;
            alerts?: components["schemas"]["AlertRules"] | null;
            /** Format: uri */
            publicUrl?: string | null;
            /** @description A secret of your own, or the one that the sender made, or its public key. Generated when left out, where that can be of use. */
            secret?: string;
        };
        /** @description How fast the endpoint is called at the most, by all processes together. What waits is kept. */
        Pace: {
            /** @description Attempts begun in a second, evenly spread. */
            perSecond?: number;
            /** @description Attempts under way at once. */
            concurrency?: number;
        };
        EndpointInput: {
            /** @description http or https, without credentials. */
            url: string;
            name?: string;
            /** @description Signs what goes out. Generated when left out, and then shown this once. */
            secret?: string;
            timeoutMs?: number;
            retryPolicy?: {
                /** @default 8 */
                maxAttempts?: number;
                /** @default 1000 */
                baseMs?: number;
                /** @default 900000 */
                capMs?: number;
            };
            /**
             * @description What to do when it is unknown whether an attempt arrived.
             * @enum {string}
             */
            onAmbiguous?: "retry" | "hold";
            retryWorkflowErrors?: boolean;
            /** @description The body size above which the receiver is known to answer 500: such a 500 is not retried. */
            payloadLimitBytes?: number | null;
            /** @description Sent with every delivery, in place of the sender's headers of the same names: for n8n's Header Auth the header it asks for, for its Basic Auth `Authorization: Basic …`. Kept encrypted, and shown to nobody. */
            headers?: {
                [key: string]: string;
            };
            pace?: components["schemas"]["Pace"] | null;
            circuitBreaker?: {
                /** @default true */
                enabled?: boolean;
                /**
                 * @description The share of failed attempts, over the window, at which it opens.
                 * @default 0.5
                 */
                failureRate?: number;
                /**
                 * @description With fewer attempts in the window it stays closed.
                 * @default 20
                 */
                minimumAttempts?: number;
                /** @default 60 */
                windowSeconds?: number;
                /**
                 * @description How long nothing is sent before one delivery is tried.
                 * @default 30
                 */
                openSeconds?: number;
            };
            /** @description Names of the events it is meant for: others are not sent to it. None: all of them, except alerts, which go only to endpoints that name them. What executions deliver to it goes in any case. */
            events?: string[];
            /** @description One that is not takes no new executions; deliveries under way go on, and events wait until it is. */
            isActive?: boolean;
        };
        AwaitCallbackInput: {
            /** @description Counted from the answer to the delivery, 3,600 by default. After that it is overdue. */
            deadlineSeconds?: number;
            /**
             * @description `retry`: it is sent again, as the retry policy of the endpoint says. `fail` by default.
             * @enum {string}
             */
            onOverdue?: "fail" | "retry";
            /**
             * @description `api`: n8n's public API is asked for the outcome; a callback that comes first counts too. `callback` by default. For endpoints below the webhooks of n8n itself.
             * @enum {string}
             */
            confirm?: "callback" | "api";
        };
        FallbackAction: {
            /**
             * @description `endpoint`: it is sent there instead, by the settings of that endpoint. `alert`: the event `alert` goes out and the next action follows. `dead_letter`: it ends as a dead letter.
             * @enum {string}
             */
            type: "endpoint" | "alert" | "dead_letter";
            /** @description Of `endpoint`: where to. Of `alert`: whom to tell; left out: every active endpoint that has `alert` among its `events`, the oldest 20 of them. */
            endpointId?: components["schemas"]["Id"];
        };
        /** @description Either `endpoint` (a new one) or `endpointId`. */
        TriggerInput: {
            endpoint?: components["schemas"]["EndpointInput"];
            endpointId?: components["schemas"]["Id"];
            triggerTypes?: ("webhook" | "manual" | "n8n")[];
            /**
             * @description `request`: the original request, byte for byte; `envelope`: a JSON document with the request in it.
             * @enum {string}
             */
            forward?: "request" | "envelope";
            /** @description JSONata. The trigger takes only executions for which it is true (as JSONata sees it). */
            filter?: string | null;
            /** @description JSONata. Its result is sent, as JSON, instead of what came. */
            transform?: string | null;
            /** @description After a 2xx the delivery is `waiting` until n8n says how the workflow went. What is left out of the object has its default; null: a 2xx is a success. */
            awaitCallback?: boolean | components["schemas"]["AwaitCallbackInput"] | null;
            /** @description What follows, in this order, when all attempts of a delivery failed or its endpoint refused it for good; `dead_letter` only at the end. Each `endpoint` gets a delivery of its own (`fallbackOf`, `fallbackStep`), and the one before counts no more (`isSuperseded`): the execution succeeds when one of them takes it. An action whose endpoint was deleted or is not active then is skipped, and the record of the attempt says so. Nothing follows what is held as ambiguous, an expression that failed, or what n8n says after it accepted: the work may have been done. A retry of the execution begins anew at the trigger's own endpoint, unless one of its fallbacks took it, and the actions follow again; the delivery to each keeps its id. */
            fallback?: components["schemas"]["FallbackAction"][];
            /** @description One that is not takes no new executions. Its deliveries under way go on. */
            isActive?: boolean;
        };
        WorkflowInput: {
            name: string;
            description?: string | null;
            isActive?: boolean;
            webhook?: components["schemas"]["WebhookInput"];
            triggers?: components["schemas"]["TriggerInput"][];
        };
        WebhookSender: {
            title: string;
            /** @description Which secret goes where. */
            paste: string;
            /** @description The URL is signed: `url` has to be the one that the sender was given, to the letter. */
            needsPublicUrl: boolean;
            /** @description How long it waits: by then it is answered 503 when nothing could be stored. */
            answerWithinSeconds: number | null;
        };
        SecretInfo: {
            id: components["schemas"]["Id"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            lastUsedAt: string | null;
        };
        /** @description How a webhook is verified, limited, answered and reached: what holds now, whether it was set or comes with the provider. */
        WebhookSettings: {
            enabled: boolean;
            /** @description Where to send webhooks. */
            url: string;
            authType: components["schemas"]["AuthType"];
            hmac: components["schemas"]["SignatureDescription"] | null;
            provider: components["schemas"]["ProviderName"] | null;
            sender: components["schemas"]["WebhookSender"] | null;
            /** @description What has yet to be given before the sender can send. Asana gives its secret itself, with its handshake. */
            missing: ("secret" | "verifyToken")[];
            handshake: components["schemas"]["Handshake"];
            /** @description The token itself is never shown. */
            verifyTokenSet: boolean;
            dedup: components["schemas"]["Dedup"];
            success: components["schemas"]["Success"] | null;
            alerts: components["schemas"]["AlertRules"] | null;
            rateLimit: components["schemas"]["RateLimit"] | null;
            /** @description null: the limit of the service. */
            maxBodyBytes: number | null;
            /** @description Empty: every address. */
            ipAllowlist: string[];
            /** @description A JSON Schema; null: every body. */
            payloadSchema: unknown;
            publicUrl: string | null;
            /** @description The secrets that verify now, newest first. */
            secrets: components["schemas"]["SecretInfo"][];
            /** @description Only in the answer to the call that generated it. */
            secret?: string;
            /** @description Sends a correct webhook from a shell in which SECRET is set. Empty: no shell can sign like this sender. */
            curl: string;
        };
        /** @description A delivery is `waiting` after a 2xx, until n8n says how the workflow went. */
        AwaitCallback: {
            /** @description Counted from the answer to the delivery, 3,600 by default. After that it is overdue. */
            deadlineSeconds: number;
            /**
             * @description `retry`: it is sent again, as the retry policy of the endpoint says. `fail` by default.
             * @enum {string}
             */
            onOverdue: "fail" | "retry";
            /**
             * @description `api`: n8n's public API is asked for the outcome; a callback that comes first counts too. `callback` by default. For endpoints below the webhooks of n8n itself.
             * @enum {string}
             */
            confirm: "callback" | "api";
        };
        /** @description When and how often a delivery is tried again. Milliseconds. */
        RetryPolicy: {
            /** @default 8 */
            maxAttempts: number;
            /** @default 1000 */
            baseMs: number;
            /** @default 900000 */
            capMs: number;
        };
        /** @description When an endpoint that keeps failing is left alone for a while. What waits is kept. */
        CircuitBreaker: {
            /** @default true */
            enabled: boolean;
            /**
             * @description The share of failed attempts, over the window, at which it opens.
             * @default 0.5
             */
            failureRate: number;
            /**
             * @description With fewer attempts in the window it stays closed.
             * @default 20
             */
            minimumAttempts: number;
            /** @default 60 */
            windowSeconds: number;
            /**
             * @description How long nothing is sent before one delivery is tried.
             * @default 30
             */
            openSeconds: number;
        };
        /** @description Where executions are delivered. */
        Endpoint: {
            id: components["schemas"]["Id"];
            name: string;
            url: string;
            /** @description Only in the answer to the call that generated it. */
            secret?: string;
            /** @description Only in the answer to the call that generated it. */
            inboundSecret?: string;
            timeoutMs: number;
            retryPolicy: components["schemas"]["RetryPolicy"];
            /**
             * @description What to do when it is unknown whether an attempt arrived.
             * @enum {string}
             */
            onAmbiguous: "retry" | "hold";
            retryWorkflowErrors: boolean;
            payloadLimitBytes: number | null;
            /** @description Of the configured headers. Their values are kept, and not shown. */
            headerNames: string[];
            /** @description Whether a secret of its own verifies what comes back from it. */
            hasInboundSecret: boolean;
            pace: components["schemas"]["Pace"] | null;
            circuitBreaker: components["schemas"]["CircuitBreaker"];
            events: string[];
            isActive: boolean;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        Trigger: {
            id: components["schemas"]["Id"];
            triggerTypes: ("webhook" | "manual" | "n8n")[];
            /**
             * @description `request`: the original request, byte for byte; `envelope`: a JSON document with the request in it.
             * @enum {string}
             */
            forward: "request" | "envelope";
            /** @description JSONata. The trigger takes only executions for which it is true (as JSONata sees it). */
            filter: string | null;
            /** @description JSONata. Its result is sent, as JSON, instead of what came. */
            transform: string | null;
            awaitCallback: components["schemas"]["AwaitCallback"] | null;
            /** @description What follows, in this order, when all attempts of a delivery failed or its endpoint refused it for good; `dead_letter` only at the end. Each `endpoint` gets a delivery of its own (`fallbackOf`, `fallbackStep`), and the one before counts no more (`isSuperseded`): the execution succeeds when one of them takes it. An action whose endpoint was deleted or is not active then is skipped, and the record of the attempt says so. Nothing follows what is held as ambiguous, an expression that failed, or what n8n says after it accepted: the work may have been done. A retry of the execution begins anew at the trigger's own endpoint, unless one of its fallbacks took it, and the actions follow again; the delivery to each keeps its id. */
            fallback: components["schemas"]["FallbackAction"][];
            isActive: boolean;
            endpoint: components["schemas"]["Endpoint"];
        };
        /** @description With its webhook and where it delivers to. */
        Workflow: {
            id: components["schemas"]["Id"];
            name: string;
            description: string | null;
            isActive: boolean;
            webhook: components["schemas"]["WebhookSettings"];
            triggers: components["schemas"]["Trigger"][];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /** @description `triggers` replaces the whole set. */
        WorkflowChanges: {
            name?: string;
            description?: string | null;
            isActive?: boolean;
            triggers?: components["schemas"]["TriggerInput"][];
        };
        WebhookChanges: {
            enabled?: boolean;
            authType?: components["schemas"]["AuthType"];
            hmac?: components["schemas"]["SignatureDescription"] | null;
            rateLimit?: components["schemas"]["RateLimit"] | null;
            maxBodyBytes?: number | null;
            ipAllowlist?: string[] | null;
            payloadSchema?: {
                [key: string]: unknown;
            } | boolean | null;
            provider?: components["schemas"]["ProviderName"] | null;
            handshake?: components["schemas"]["Handshake"] | null;
            /** @description What the handshake of `meta` has to bring along: the verify token entered there. */
            verifyToken?: string | null;
            dedup?: components["schemas"]["Dedup"] | null;
            success?: components["schemas"]["Success"] | null;
            alerts?: components["schemas"]["AlertRules"] | null;
            /** Format: uri */
            publicUrl?: string | null;
        };
        SecretRotation: {
            /** @description A secret of your own, or the one that the sender made, or its public key. Generated when left out, where that can be of use. */
            secret?: string;
            /** @description How long the secrets of before go on verifying. 0, the default: not at all. */
            overlapSeconds?: number;
        };
        /** @description The new secret. */
        SecretRotated: {
            id: components["schemas"]["Id"];
            /** @description Shown this once. */
            secret: string;
            /** Format: date-time */
            previousExpiresAt: string | null;
        };
        WebhookTest: {
            /** @description Any JSON, sent as it is written here. A small sample when left out. */
            body?: unknown;
            /** @description Sent too, `content-type` included. Not those of the connection, the signature or the credential. */
            headers?: {
                [key: string]: string;
            };
        };
        /** @description What was sent, and what was answered to it. */
        WebhookTested: {
            request: {
                /** @constant */
                method: "POST";
                url: string;
                headers: components["schemas"]["HeaderField"][];
                /** @description The exact text: what a signature is made from. */
                body: string;
            };
            response: {
                status: number;
                headers: components["schemas"]["HeaderField"][];
                /** @description As JSON when it is, else as text. */
                body: unknown;
            };
            logId: components["schemas"]["Id"] | null;
            executionId: components["schemas"]["Id"] | null;
        };
        /** @description A sender that is known by name. */
        WebhookProvider: {
            name: components["schemas"]["ProviderName"];
            title: string;
            /** @description Where the signature is, how it is made, and from what. */
            signature: string;
            secret: {
                /**
                 * @description `chosen`: by whoever sets it up, or generated here; `given`: made by the sender; `public_key`: no secret, but the key of the sender.
                 * @enum {string}
                 */
                kind: "chosen" | "given" | "public_key";
                /** @description Which secret goes where. */
                paste: string;
            };
            /** @description How old a request may be, or ahead; null: that is not looked at. */
            toleranceSeconds: number | null;
            /** @description The URL is signed: `url` of the webhook has to be the one that the sender was given. */
            needsPublicUrl: boolean;
            /** @description How long the sender waits; null: not published. */
            answerWithinSeconds: number | null;
            /** @description Where the id of an event is that retries repeat. */
            eventId: string | null;
            /** @description Where it is said what happened. */
            eventType: string | null;
            /** @description Whether an event that comes again is not executed again, unless `dedup` says otherwise. */
            dedupByDefault: boolean;
            handshake: components["schemas"]["Handshake"];
            success: components["schemas"]["Success"] | null;
            /** @description What else to know of it. */
            quirks: string[];
            /**
             * @description What this rests on: signatures made by its own library, an example that it published, or its documentation alone.
             * @enum {string}
             */
            evidence: "sdk" | "published_vector" | "documentation";
        };
        /** @description All of them, in the order of their names. */
        WebhookProviders: {
            data: components["schemas"]["WebhookProvider"][];
        };
        /** @description Either `url` or `path`. */
        WebhookEndpointInput: {
            /** @description http or https, without credentials. */
            url?: string;
            /** @description Instead of `url`: the path of a webhook node of n8n, such as `orders`, below `N8N_WEBHOOK_URL`. `/orders` and `/webhook/orders` are the same. What is kept is the URL that this makes now. For organizations that may see what is in n8n. */
            path?: string;
            name?: string;
            /** @description Signs what goes out. Generated when left out, and then shown this once. */
            secret?: string;
            timeoutMs?: number;
            retryPolicy?: {
                /** @default 8 */
                maxAttempts?: number;
                /** @default 1000 */
                baseMs?: number;
                /** @default 900000 */
                capMs?: number;
            };
            /**
             * @description What to do when it is unknown whether an attempt arrived.
             * @enum {string}
             */
            onAmbiguous?: "retry" | "hold";
            retryWorkflowErrors?: boolean;
            /** @description The body size above which the receiver is known to answer 500: such a 500 is not retried. */
            payloadLimitBytes?: number | null;
            /** @description Sent with every delivery, in place of the sender's headers of the same names: for n8n's Header Auth the header it asks for, for its Basic Auth `Authorization: Basic …`. Kept encrypted, and shown to nobody. */
            headers?: {
                [key: string]: string;
            };
            pace?: components["schemas"]["Pace"] | null;
            circuitBreaker?: {
                /** @default true */
                enabled?: boolean;
                /**
                 * @description The share of failed attempts, over the window, at which it opens.
                 * @default 0.5
                 */
                failureRate?: number;
                /**
                 * @description With fewer attempts in the window it stays closed.
                 * @default 20
                 */
                minimumAttempts?: number;
                /** @default 60 */
                windowSeconds?: number;
                /**
                 * @description How long nothing is sent before one delivery is tried.
                 * @default 30
                 */
                openSeconds?: number;
            };
            /** @description Names of the events it is meant for: others are not sent to it. None: all of them, except alerts, which go only to endpoints that name them. What executions deliver to it goes in any case. */
            events?: string[];
            /** @description One that is not takes no new executions; deliveries under way go on, and events wait until it is. */
            isActive?: boolean;
            /** @description Verifies what comes back from it at `POST /api/webhooks/n8n`; never the one that signs what goes out. Generated when left out, and then shown this once. */
            inboundSecret?: string;
        };
        /** @description Whether the endpoint is left alone because it fails. */
        Circuit: {
            /**
             * @description `open`: nothing is sent. `half_open`: one is tried.
             * @enum {string}
             */
            state: "closed" | "open" | "half_open";
            /** Format: date-time */
            openUntil: string | null;
        };
        /** @description An endpoint, and whether it is left alone because it fails. */
        ShownEndpoint: {
            id: components["schemas"]["Id"];
            name: string;
            url: string;
            /** @description Only in the answer to the call that generated it. */
            secret?: string;
            /** @description Only in the answer to the call that generated it. */
            inboundSecret?: string;
            timeoutMs: number;
            retryPolicy: components["schemas"]["RetryPolicy"];
            /**
             * @description What to do when it is unknown whether an attempt arrived.
             * @enum {string}
             */
            onAmbiguous: "retry" | "hold";
            retryWorkflowErrors: boolean;
            payloadLimitBytes: number | null;
            /** @description Of the configured headers. Their values are kept, and not shown. */
            headerNames: string[];
            /** @description Whether a secret of its own verifies what comes back from it. */
            hasInboundSecret: boolean;
            pace: components["schemas"]["Pace"] | null;
            circuitBreaker: components["schemas"]["CircuitBreaker"];
            events: string[];
            isActive: boolean;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            circuit: components["schemas"]["Circuit"];
        };
        /** @description What is left out stays; what is given replaces the whole of it, `headers` and `retryPolicy` too. `pace: null` takes the pace away. */
        WebhookEndpointChanges: {
            /** @description http or https, without credentials. */
            url?: string;
            /** @description Instead of `url`: the path of a webhook node of n8n, such as `orders`, below `N8N_WEBHOOK_URL`. `/orders` and `/webhook/orders` are the same. What is kept is the URL that this makes now. For organizations that may see what is in n8n. */
            path?: string;
            name?: string;
            /** @description Signs what goes out. Generated when left out, and then shown this once. */
            secret?: string;
            timeoutMs?: number;
            retryPolicy?: {
                /** @default 8 */
                maxAttempts?: number;
                /** @default 1000 */
                baseMs?: number;
                /** @default 900000 */
                capMs?: number;
            };
            /**
             * @description What to do when it is unknown whether an attempt arrived.
             * @enum {string}
             */
            onAmbiguous?: "retry" | "hold";
            retryWorkflowErrors?: boolean;
            /** @description The body size above which the receiver is known to answer 500: such a 500 is not retried. */
            payloadLimitBytes?: number | null;
            /** @description Sent with every delivery, in place of the sender's headers of the same names: for n8n's Header Auth the header it asks for, for its Basic Auth `Authorization: Basic …`. Kept encrypted, and shown to nobody. */
            headers?: {
                [key: string]: string;
            };
            pace?: components["schemas"]["Pace"] | null;
            circuitBreaker?: {
                /** @default true */
                enabled?: boolean;
                /**
                 * @description The share of failed attempts, over the window, at which it opens.
                 * @default 0.5
                 */
                failureRate?: number;
                /**
                 * @description With fewer attempts in the window it stays closed.
                 * @default 20
                 */
                minimumAttempts?: number;
                /** @default 60 */
                windowSeconds?: number;
                /**
                 * @description How long nothing is sent before one delivery is tried.
                 * @default 30
                 */
                openSeconds?: number;
            };
            /** @description Names of the events it is meant for: others are not sent to it. None: all of them, except alerts, which go only to endpoints that name them. What executions deliver to it goes in any case. */
            events?: string[];
            /** @description One that is not takes no new executions; deliveries under way go on, and events wait until it is. */
            isActive?: boolean;
        };
        EndpointSecretInput: {
            /** @description Signs what goes out. Generated when left out, and then shown this once. */
            secret?: string;
        };
        /** @description The new secret. */
        EndpointSecret: {
            endpointId: components["schemas"]["Id"];
            /** @description Shown this once. */
            secret: string;
        };
        InboundSecretRotation: {
            /** @description Verifies what comes back from it at `POST /api/webhooks/n8n`; never the one that signs what goes out. Generated when left out, and then shown this once. */
            secret?: string;
            /** @description How long the secrets of before go on verifying. 0, the default: not at all. */
            overlapSeconds?: number;
        };
        /** @description Either `endpoint` (a new one) or `endpointId`. */
        WorkflowTriggerInput: {
            workflowId: components["schemas"]["Id"];
            endpoint?: components["schemas"]["EndpointInput"];
            endpointId?: components["schemas"]["Id"];
            triggerTypes?: ("webhook" | "manual" | "n8n")[];
            /**
             * @description `request`: the original request, byte for byte; `envelope`: a JSON document with the request in it.
             * @enum {string}
             */
            forward?: "request" | "envelope";
            /** @description JSONata. The trigger takes only executions for which it is true (as JSONata sees it). */
            filter?: string | null;
            /** @description JSONata. Its result is sent, as JSON, instead of what came. */
            transform?: string | null;
            /** @description After a 2xx the delivery is `waiting` until n8n says how the workflow went. What is left out of the object has its default; null: a 2xx is a success. */
            awaitCallback?: boolean | components["schemas"]["AwaitCallbackInput"] | null;
            /** @description What follows, in this order, when all attempts of a delivery failed or its endpoint refused it for good; `dead_letter` only at the end. Each `endpoint` gets a delivery of its own (`fallbackOf`, `fallbackStep`), and the one before counts no more (`isSuperseded`): the execution succeeds when one of them takes it. An action whose endpoint was deleted or is not active then is skipped, and the record of the attempt says so. Nothing follows what is held as ambiguous, an expression that failed, or what n8n says after it accepted: the work may have been done. A retry of the execution begins anew at the trigger's own endpoint, unless one of its fallbacks took it, and the actions follow again; the delivery to each keeps its id. */
            fallback?: components["schemas"]["FallbackAction"][];
            /** @description One that is not takes no new executions. Its deliveries under way go on. */
            isActive?: boolean;
        };
        /** @description Which executions of a workflow are delivered to which endpoint. */
        WorkflowTrigger: {
            id: components["schemas"]["Id"];
            workflowId: components["schemas"]["Id"];
            triggerTypes: ("webhook" | "manual" | "n8n")[];
            /**
             * @description `request`: the original request, byte for byte; `envelope`: a JSON document with the request in it.
             * @enum {string}
             */
            forward: "request" | "envelope";
            /** @description JSONata. The trigger takes only executions for which it is true (as JSONata sees it). */
            filter: string | null;
            /** @description JSONata. Its result is sent, as JSON, instead of what came. */
            transform: string | null;
            awaitCallback: components["schemas"]["AwaitCallback"] | null;
            /** @description What follows, in this order, when all attempts of a delivery failed or its endpoint refused it for good; `dead_letter` only at the end. Each `endpoint` gets a delivery of its own (`fallbackOf`, `fallbackStep`), and the one before counts no more (`isSuperseded`): the execution succeeds when one of them takes it. An action whose endpoint was deleted or is not active then is skipped, and the record of the attempt says so. Nothing follows what is held as ambiguous, an expression that failed, or what n8n says after it accepted: the work may have been done. A retry of the execution begins anew at the trigger's own endpoint, unless one of its fallbacks took it, and the actions follow again; the delivery to each keeps its id. */
            fallback: components["schemas"]["FallbackAction"][];
            isActive: boolean;
            endpoint: components["schemas"]["Endpoint"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /** @description What is left out stays. */
        WorkflowTriggerChanges: {
            triggerTypes?: ("webhook" | "manual" | "n8n")[];
            /**
             * @description `request`: the original request, byte for byte; `envelope`: a JSON document with the request in it.
             * @enum {string}
             */
            forward?: "request" | "envelope";
            /** @description JSONata. The trigger takes only executions for which it is true (as JSONata sees it). */
            filter?: string | null;
            /** @description JSONata. Its result is sent, as JSON, instead of what came. */
            transform?: string | null;
            /** @description After a 2xx the delivery is `waiting` until n8n says how the workflow went. What is left out of the object has its default; null: a 2xx is a success. */
            awaitCallback?: boolean | components["schemas"]["AwaitCallbackInput"] | null;
            /** @description What follows, in this order, when all attempts of a delivery failed or its endpoint refused it for good; `dead_letter` only at the end. Each `endpoint` gets a delivery of its own (`fallbackOf`, `fallbackStep`), and the one before counts no more (`isSuperseded`): the execution succeeds when one of them takes it. An action whose endpoint was deleted or is not active then is skipped, and the record of the attempt says so. Nothing follows what is held as ambiguous, an expression that failed, or what n8n says after it accepted: the work may have been done. A retry of the execution begins anew at the trigger's own endpoint, unless one of its fallbacks took it, and the actions follow again; the delivery to each keeps its id. */
            fallback?: components["schemas"]["FallbackAction"][];
            /** @description One that is not takes no new executions. Its deliveries under way go on. */
            isActive?: boolean;
        };
        /** @description A request as lists show it. */
        WebhookLogSummary: {
            id: components["schemas"]["Id"];
            workflowId: components["schemas"]["Id"];
            executionId: components["schemas"]["Id"] | null;
            requestId: string;
            /** Format: date-time */
            receivedAt: string;
            /** @description Whether it brought an event that an earlier request had brought, and so started nothing. */
            duplicate: boolean;
            /** @description Which handshake of a sender it was, that starts nothing; null: none. */
            handshake: string | null;
            method: string;
            query: string;
            sourceIp: string;
            /** @description Of the body, in bytes. */
            size: number;
            /** @description Whether the request was accepted. */
            success: boolean;
            /** @description What it was meant to be answered with. */
            statusCode: number;
            /** @description Why it was refused. */
            errorCode: string | null;
            /** @description What it was really answered with: 503 for an accepted request whose commit was not confirmed in time. */
            answeredStatus: number;
            /** @description The codes of what explains a failed authentication; the log itself has the details. */
            diagnosisCodes: string[] | null;
        };
        /** @description One thing that explains a refusal. */
        DiagnosisFinding: {
            /**
             * @description `expired_secret`: A secret that has expired would have matched. `verifies_now`: It would be accepted now: its secret was added, or the webhook was changed, after it was refused. `wrong_encoding`: The signature is right, but written in another encoding. `wrong_algorithm`: The signature is right for another hash function. `missing_prefix`: What has to stand before the signature or the token is not there. `extra_prefix`: Something stands before the signature or the token that does not belong there. `malformed_header`: The signature is right, but its header has more in it, or comes more than once. `other_header`: The signature is right, but in another header. `other_payload`: The signature is right, but covers something else. `secret_form`: The sender uses the same secret in another form: not decoded, not trimmed, without its prefix. `body_reserialized`: The signature is right for another form of the same body: it was changed on its way. `clock_skew`: The signature is right, but made too long ago, or in the future: one of the clocks is wrong. `timestamp_unit`: The signature is right, but its time is written in another unit. `url_mismatch`: The signature is right for another form of the URL. `known_provider`: The headers are those of a sender that is known by name, but is not the configured one. `signed_instead`: It is signed with the secret, where the secret itself is expected. `secret_sent`: The secret itself is in the request, where a signature is expected. `credential_elsewhere`: The secret is in the request, but not where it is expected. `unsigned`: It has no signature and no credential at all. `diagnosis_skipped`: What follows was not looked into.
             * @enum {string}
             */
            code: "expired_secret" | "verifies_now" | "wrong_encoding" | "wrong_algorithm" | "missing_prefix" | "extra_prefix" | "malformed_header" | "other_header" | "other_payload" | "secret_form" | "body_reserialized" | "clock_skew" | "timestamp_unit" | "url_mismatch" | "known_provider" | "signed_instead" | "secret_sent" | "credential_elsewhere" | "unsigned" | "diagnosis_skipped";
            /** @description What it is, and what to do about it. */
            detail: string;
            /** @description Whether it matched with a secret of the webhook. If not, it is what the request looks like. */
            proven: boolean;
            /**
             * Format: uuid
             * @description The secret that matched.
             */
            secretId?: string;
            /**
             * Format: date-time
             * @description When that secret expired.
             */
            expiredAt?: string;
            /** @description Where it was found; `query` for the query string. */
            header?: string;
            provider?: components["schemas"]["ProviderName"];
            /** @description How far its time is from that of here: below zero, it is in the past. */
            seconds?: number;
        };
        /** @description A request as it came, and what became of it. */
        WebhookLog: {
            id: components["schemas"]["Id"];
            workflowId: components["schemas"]["Id"];
            executionId: components["schemas"]["Id"] | null;
            requestId: string;
            /** Format: date-time */
            receivedAt: string;
            /** @description Whether it brought an event that an earlier request had brought, and so started nothing. */
            duplicate: boolean;
            /** @description Which handshake of a sender it was, that starts nothing; null: none. */
            handshake: string | null;
            request: {
                method: string;
                /** @description As it came, without its question mark. */
                query: string;
                /** @description In their order and spelling, without credentials. */
                headers: components["schemas"]["HeaderField"][];
                sourceIp: string;
                /** @description As `bodyEncoding` says; null when it was not kept. */
                body: unknown;
                /** @enum {string|null} */
                bodyEncoding: "json" | "base64" | null;
                /** @description Of the body, in bytes. */
                size: number;
                /** @description Of the body, in hex. */
                sha256: string | null;
            };
            response: {
                /** @description Whether the request was accepted. */
                success: boolean;
                /** @description What it was meant to be answered with. */
                statusCode: number;
                /** @description Why it was refused. */
                errorCode: string | null;
                /** @description What it was really answered with: 503 for an accepted request whose commit was not confirmed in time. */
                answeredStatus: number;
            };
            /** @description Why it could not be authenticated: what would have matched. Empty: nothing that commonly goes wrong explains it, so it was most likely signed with another secret. null: it was not refused for that. */
            diagnosis: components["schemas"]["DiagnosisFinding"][] | null;
            execution: {
                id: components["schemas"]["Id"];
                status: components["schemas"]["ExecutionStatus"];
                url: string;
            } | null;
            timing: {
                /** Format: date-time */
                receivedAt: string;
                /** Format: date-time */
                executionStartedAt: string | null;
                /** Format: date-time */
                executionFinishedAt: string | null;
            };
        };
        /** @description A new execution of the same bytes. */
        LogReplayed: {
            /** @constant */
            success: true;
            executionId: components["schemas"]["Id"];
            replayOf: components["schemas"]["Id"];
            logId: components["schemas"]["Id"];
            workflowId: components["schemas"]["Id"];
            /** Format: date-time */
            timestamp: string;
        };
        ReplayInput: {
            filter: components["schemas"]["LogFilter"];
            /**
             * @description Only count what would run again.
             * @default false
             */
            dryRun?: boolean;
            /**
             * @description Executions a second, at the most.
             * @default 10
             */
            ratePerSecond?: number;
        };
        DryRun: {
            /** @description Webhook logs that match, those included that would be skipped. */
            matched: number;
            /** @description Counting stopped at its limit: there may be more. */
            bounded: boolean;
        };
        /** @description A replay as lists show it. */
        ReplaySummary: {
            id: components["schemas"]["Id"];
            kind: components["schemas"]["ReplayKind"];
            state: components["schemas"]["ReplayState"];
            filter: components["schemas"]["LogFilter"] | components["schemas"]["DeadLetterFilter"];
            ratePerSecond: number;
            /** @description Webhook logs, or executions of dead letters, that matched when it was made. */
            total: number;
            /** @description Counting stopped at its limit: there may be more than `total`. */
            totalBounded: boolean;
            /** @description Executions it has made, or retried. */
            replayed: number;
            /** @description Logs passed over: refused, duplicates (their event runs again by the log it came with first), without a body, or of a workflow that is inactive or deleted. Executions passed over: not (or no more) `dead_lettered`, of such a workflow, or without the body of their webhook. */
            skipped: number;
            requestedBy: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            finishedAt: string | null;
        };
        /** @description Requests that were refused as not authentic. */
        AuthenticationFailures: {
            failures: number;
            /** @description The five most frequent. */
            reasons: {
                reason: string;
                count: number;
            }[];
            /** @description The five most frequent, of the refusals that are in the log. */
            sources: {
                sourceIp: string;
                count: number;
            }[];
        };
        /** @description Executions that ended. */
        ExecutionFailures: {
            /** @description Those that were cancelled are left out. Of more than 1,000 the latest count. */
            ended: number;
            failed: number;
            rate: number;
            /** @description Of those that failed the five most frequent. */
            outcomes: {
                outcome: string;
                count: number;
            }[];
            /** @description The latest five that failed, latest first. */
            latest: components["schemas"]["Id"][];
        };
        /** @description Executions that should have ended. */
        ExecutionOverdue: {
            overdue: number;
            /** @description There are at least so many: counting stopped there. */
            isBounded: boolean;
            /** @description The ten that began first. */
            oldest: {
                executionId: components["schemas"]["Id"];
                /**
                 * Format: date-time
                 * @description When it began, or was retried last.
                 */
                since: string;
                status: string;
                /**
                 * @description `callback_missed`: it ended without. `callback_overdue`: it still waits. `circuit` or `pace`: its endpoint holds it. `callback`: not due yet. `retry`: the next attempt. `answer`: it is being sent. `worker`: somebody to take it.
                 * @enum {string}
                 */
                waitsFor: "callback_missed" | "callback_overdue" | "circuit" | "pace" | "callback" | "retry" | "answer" | "worker";
            }[];
        };
        /** @description A time in which something about a workflow was unusual. */
        Alert: {
            id: components["schemas"]["Id"];
            /** @description `authentication_failures`: many requests were refused as not authentic. `execution_failures`: a large share of the executions that ended failed. `execution_overdue`: an execution should have ended. */
            kind: components["schemas"]["AlertKind"];
            /** @enum {string} */
            status: "open" | "ended";
            workflow: {
                id: components["schemas"]["Id"];
                name: string;
            };
            /** Format: date-time */
            startedAt: string;
            /**
             * Format: date-time
             * @description When it was unusual the last time that anybody looked.
             */
            lastSeenAt: string;
            /** Format: date-time */
            endedAt: string | null;
            /**
             * @description `condition_over`: nothing was unusual for five minutes, or its window if that is less.
             * @enum {string|null}
             */
            endReason: "condition_over" | "muted" | "webhook_disabled" | "workflow_inactive" | "workflow_deleted" | null;
            /** @description As `kind` says; when it was last seen. */
            counted: components["schemas"]["AuthenticationFailures"] | components["schemas"]["ExecutionFailures"] | components["schemas"]["ExecutionOverdue"];
            /** @description From where on it is unusual: those of the rule that `kind` names. */
            threshold: {
                count?: number;
                rate?: number;
                minimum?: number;
                afterSeconds?: number;
            };
            /** @description Within which it was counted. */
            windowSeconds: number | null;
            /** @description What to look at. */
            advice: string;
        };
        OrganizationInput: {
            name: string;
            /** @description A name for programs, which never changes and no other organization has. Made from the name when left out. */
            slug?: string;
        };
        /** @description A tenant of this service. */
        Organization: {
            id: components["schemas"]["Id"];
            name: string;
            slug: string;
            /** @description The limits that it has instead of those of the settings. */
            budgets: {
                [key: string]: number;
            };
            /** Format: date-time */
            createdAt: string;
        };
        /** @description Limits of its own, by the name of the budget. null: that of the settings. */
        OwnBudgets: {
            /** @description Streams of server-sent events that are open. A process has 1,000 for all. In streams. */
            event_streams?: number | null;
            /** @description Exports of webhook logs under way. In exports. */
            exports?: number | null;
            /** @description Searches in bodies, counts of a dry run and bulk retries under way. In calls. */
            heavy_calls?: number | null;
            /** @description Webhooks and execute calls that are stored, by all processes, from midnight to midnight in UTC. In bytes a day. */
            stored_bytes?: number | null;
            /** @description Finding out why webhooks were refused. In ms of processor time a second. */
            diagnosis_ms?: number | null;
            /** @description Carrying out executions. Below this limit each organization may have four times as many of the WORKER_CONCURRENCY slots as stay free: four fifths of all while it is alone. In executions and deliveries under way in a process. */
            delivery_slots?: number | null;
            /** @description Calls that take longer than a second, of each endpoint whose pace says nothing about concurrency. What is used is that of the endpoint with most calls. In calls under way in a process. */
            endpoint_slots?: number | null;
            /** @description Filters and transforms of triggers. In ms of processor time a second. */
            expression_ms?: number | null;
            /** @description Filters and transforms that wait for a process. In evaluations. */
            waiting_expressions?: number | null;
        };
        OrganizationChanges: {
            name?: string;
            budgets?: components["schemas"]["OwnBudgets"];
        };
        /**
         * @description `admin` includes all others.
         * @enum {string}
         */
        Scope: "workflows:read" | "workflows:write" | "executions:read" | "executions:write" | "logs:read" | "logs:write" | "n8n:read" | "n8n:write" | "admin";
        ApiKeyInput: {
            name: string;
            scopes: components["schemas"]["Scope"][];
            /**
             * Format: date-time
             * @description In the future. Left out or null: never, which a key that expires cannot grant.
             */
            expiresAt?: string | null;
        };
        /** @description The new key. */
        ApiKeyCreated: {
            id: components["schemas"]["Id"];
            name: string;
            /** @description How the key begins. */
            prefix: string;
            scopes: components["schemas"]["Scope"][];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string | null;
            /**
             * Format: date-time
             * @description To the minute.
             */
            lastUsedAt: string | null;
            /** Format: date-time */
            revokedAt: string | null;
            /** @description The key itself. Shown this once: only its hash is stored. */
            key: string;
        };
        /** @description What is known of a key, without the key. */
        ApiKey: {
            id: components["schemas"]["Id"];
            name: string;
            /** @description How the key begins. */
            prefix: string;
            scopes: components["schemas"]["Scope"][];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string | null;
            /**
             * Format: date-time
             * @description To the minute.
             */
            lastUsedAt: string | null;
            /** Format: date-time */
            revokedAt: string | null;
        };
        BudgetUse: {
            /** @enum {string} */
            budget: "event_streams" | "exports" | "heavy_calls" | "connections" | "connections_per_client" | "body_bytes" | "body_bytes_per_client" | "stored_bytes" | "unverified_webhooks" | "diagnosis_ms" | "unknown_names" | "delivery_slots" | "endpoint_slots" | "expression_ms" | "waiting_expressions";
            organizationId: components["schemas"]["Id"] | null;
            /** @description What it is for. */
            description: string;
            unit: string;
            /** @description How much there is, in the unit. */
            limit: number;
            /** @description How much of it is used now. Of a budget that each address has: by the one that uses most. */
            used: number;
            /** @description 80 percent or more of it is used. */
            nearlyUsedUp: boolean;
            /** @description How often somebody was turned away by it, since this process began. */
            refused: number;
            /** @description The setting of the service that has the limit. */
            setting: string;
            /** @description What happens to whoever used it up. */
            whenUsedUp: string;
        };
        /** @description As counted by the process that answers. */
        Usage: {
            data: components["schemas"]["BudgetUse"][];
        };
        N8nWebhook: {
            nodeName: string;
            /** @description As the node has it. */
            path: string;
            /** @description What has to be filled in for `:name` in the URL. */
            pathParameters: string[];
            /** @description Those that n8n takes there; empty: n8n computes them. */
            methods: string[];
            /**
             * @description The credential n8n asks for. `other`: one that Hookgate does not know.
             * @enum {string}
             */
            authentication: "none" | "basicAuth" | "headerAuth" | "jwtAuth" | "other";
            /** @description When n8n answers: `onReceived`, `lastNode`, `responseNode`, …. */
            responseMode: string;
            /** @description null: n8n computes the path, or no URL can have it. */
            productionUrl: string | null;
        };
        /** @description A workflow in n8n. */
        N8nWorkflow: {
            /** @description As n8n has it. */
            id: string;
            name: string;
            isActive: boolean;
            /** Format: date-time */
            createdAt: string | null;
            /** Format: date-time */
            updatedAt: string | null;
            /** @description Its webhook nodes, of the version that runs, without those that are switched off. */
            webhooks: components["schemas"]["N8nWebhook"][];
        };
        /** @description The workflow that is made. It has n8n's name when none is given, and a webhook in any case. */
        N8nRegistrationWorkflow: {
            name?: string;
            webhook?: components["schemas"]["WebhookInput"];
        };
        /** @description How to deliver: as for any endpoint. `headers` has the credential of the node. */
        N8nRegistrationEndpoint: {
            /** @description Sent with every delivery, in place of the sender's headers of the same names: for n8n's Header Auth the header it asks for, for its Basic Auth `Authorization: Basic …`. Kept encrypted, and shown to nobody. */
            headers?: {
                [key: string]: string;
            };
            pace?: components["schemas"]["Pace"] | null;
            timeoutMs?: number;
            retryPolicy?: {
                /** @default 8 */
                maxAttempts?: number;
                /** @default 1000 */
                baseMs?: number;
                /** @default 900000 */
                capMs?: number;
            };
            circuitBreaker?: {
                /** @default true */
                enabled?: boolean;
                /**
                 * @description The share of failed attempts, over the window, at which it opens.
                 * @default 0.5
                 */
                failureRate?: number;
                /**
                 * @description With fewer attempts in the window it stays closed.
                 * @default 20
                 */
                minimumAttempts?: number;
                /** @default 60 */
                windowSeconds?: number;
                /**
                 * @description How long nothing is sent before one delivery is tried.
                 * @default 30
                 */
                openSeconds?: number;
            };
            /** @description The body size above which the receiver is known to answer 500: such a 500 is not retried. */
            payloadLimitBytes?: number | null;
        };
        N8nRegistration: {
            /** @description Which webhook node; may be left out when there is only one. */
            nodeName?: string;
            /**
             * @description Only a node that takes it. A delivery has the method of the webhook that was received, else POST.
             * @enum {string}
             */
            method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
            /** @description What is filled in for `:name` in the path. */
            pathParameters?: {
                [key: string]: string;
            };
            /** @description A workflow of Hookgate that gets the trigger. Without it one is made. */
            workflowId?: components["schemas"]["Id"];
            workflow?: components["schemas"]["N8nRegistrationWorkflow"];
            endpoint?: components["schemas"]["N8nRegistrationEndpoint"];
            triggerTypes?: ("webhook" | "manual" | "n8n")[];
            /**
             * @description `request`: the original request, byte for byte; `envelope`: a JSON document with the request in it.
             * @enum {string}
             */
            forward?: "request" | "envelope";
            /** @description JSONata. The trigger takes only executions for which it is true (as JSONata sees it). */
            filter?: string | null;
            /** @description JSONata. Its result is sent, as JSON, instead of what came. */
            transform?: string | null;
            /** @description After a 2xx the delivery is `waiting` until n8n says how the workflow went. What is left out of the object has its default; null: a 2xx is a success. */
            awaitCallback?: boolean | components["schemas"]["AwaitCallbackInput"] | null;
            /** @description What follows, in this order, when all attempts of a delivery failed or its endpoint refused it for good; `dead_letter` only at the end. Each `endpoint` gets a delivery of its own (`fallbackOf`, `fallbackStep`), and the one before counts no more (`isSuperseded`): the execution succeeds when one of them takes it. An action whose endpoint was deleted or is not active then is skipped, and the record of the attempt says so. Nothing follows what is held as ambiguous, an expression that failed, or what n8n says after it accepted: the work may have been done. A retry of the execution begins anew at the trigger's own endpoint, unless one of its fallbacks took it, and the actions follow again; the delivery to each keeps its id. */
            fallback?: components["schemas"]["FallbackAction"][];
            /** @description true: also when the workflow is not active in n8n. */
            allowInactive?: boolean;
        };
        /** @description What leads to n8n now. Secrets that were generated are in this answer and in no other. */
        N8nRegistered: {
            workflow: components["schemas"]["Workflow"];
            endpointId: components["schemas"]["Id"];
            triggerId: components["schemas"]["Id"];
            webhook: components["schemas"]["N8nWebhook"];
            /** @description What may keep deliveries from arriving. */
            warnings: string[];
        };
        /** @description A run of a workflow in n8n. */
        N8nExecution: {
            /** @description As n8n has it. */
            id: string;
            /** @description n8n's. */
            workflowId: string | null;
            /** @description In n8n's words: success, error, crashed, canceled, running, waiting, new, unknown. */
            status: string;
            /** @description What started it: webhook, retry, manual, trigger, …. */
            mode: string | null;
            /** Format: date-time */
            startedAt: string | null;
            /** Format: date-time */
            stoppedAt: string | null;
            /** Format: date-time */
            waitTill: string | null;
            /** @description The execution that this one is a retry of. */
            retryOf: string | null;
            /** @description The retry of this one that succeeded. */
            retrySuccessId: string | null;
            /** @description Of one that failed; null also when n8n keeps none, or too much to be read. */
            error: {
                message: string;
                nodeName: string | null;
            } | null;
        };
        /** @description The new execution in n8n, which can have failed again. */
        N8nRetried: {
            succeeded: boolean;
            execution: components["schemas"]["N8nExecution"];
        };
        /** @description Either `url` or `path`. */
        EndpointRegistration: {
            name: string;
            /** @description http or https, without credentials. */
            url?: string;
            /** @description Instead of `url`: the path of a webhook node of n8n, such as `orders`, below `N8N_WEBHOOK_URL`. `/orders` and `/webhook/orders` are the same. What is kept is the URL that this makes now. For organizations that may see what is in n8n. */
            path?: string;
            /** @description Signs what goes out. Generated when left out, and then shown this once. */
            secret?: string;
            timeoutMs?: number;
            retryPolicy?: {
                /** @default 8 */
                maxAttempts?: number;
                /** @default 1000 */
                baseMs?: number;
                /** @default 900000 */
                capMs?: number;
            };
            /**
             * @description What to do when it is unknown whether an attempt arrived.
             * @enum {string}
             */
            onAmbiguous?: "retry" | "hold";
            retryWorkflowErrors?: boolean;
            /** @description The body size above which the receiver is known to answer 500: such a 500 is not retried. */
            payloadLimitBytes?: number | null;
            /** @description Sent with every delivery, in place of the sender's headers of the same names: for n8n's Header Auth the header it asks for, for its Basic Auth `Authorization: Basic …`. Kept encrypted, and shown to nobody. */
            headers?: {
                [key: string]: string;
            };
            pace?: components["schemas"]["Pace"] | null;
            circuitBreaker?: {
                /** @default true */
                enabled?: boolean;
                /**
                 * @description The share of failed attempts, over the window, at which it opens.
                 * @default 0.5
                 */
                failureRate?: number;
                /**
                 * @description With fewer attempts in the window it stays closed.
                 * @default 20
                 */
                minimumAttempts?: number;
                /** @default 60 */
                windowSeconds?: number;
                /**
                 * @description How long nothing is sent before one delivery is tried.
                 * @default 30
                 */
                openSeconds?: number;
            };
            /** @description Names of the events it is meant for: others are not sent to it. None: all of them, except alerts, which go only to endpoints that name them. What executions deliver to it goes in any case. */
            events?: string[];
            /** @description One that is not takes no new executions; deliveries under way go on, and events wait until it is. */
            isActive?: boolean;
            /** @description Verifies what comes back from it at `POST /api/webhooks/n8n`; never the one that signs what goes out. Generated when left out, and then shown this once. */
            inboundSecret?: string;
        };
        /** @description The endpoint in just one way: by its name, its id, or where it is. */
        EventInput: {
            endpoint?: string;
            endpointId?: components["schemas"]["Id"];
            /** @description Of an endpoint that there is: its whole URL, or its path below `N8N_WEBHOOK_URL`, which is for organizations that may see what is in n8n. Of several the oldest. */
            path?: string;
            /** @description What has happened. */
            event: string;
            /** @description Any JSON, sent as it is written here, numbers to their last digit. null when left out. */
            data?: unknown;
        };
        /** @description It is stored, and will be sent. */
        EventAccepted: {
            /** @constant */
            success: true;
            eventId: components["schemas"]["Id"];
            endpointId: components["schemas"]["Id"];
            event: string;
            /** Format: date-time */
            timestamp: string;
        };
        Counted: {
            count: number;
            /** @description Counting stopped at its limit: there may be more. */
            bounded: boolean;
        };
        /** @description How it stands between here and n8n. */
        N8nStatus: {
            /** Format: date-time */
            timestamp: string;
            n8n: {
                /**
                 * @description `not_ready`: it answers, but not that it is ready. `not_configured`: there is none. `not_shared`: it is not for this organization to see.
                 * @enum {string}
                 */
                status: "ok" | "not_ready" | "unreachable" | "timeout" | "not_configured" | "not_shared";
                latencyMs: number | null;
                detail: string | null;
                /** Format: date-time */
                checkedAt: string | null;
            };
            /** @description What is still to be done for this organization. */
            queue: {
                /** @description Jobs in the queue of the whole service; null: it does not answer. */
                depth: number | null;
                /** @description Executions and deliveries that could go now. */
                due: number;
                /** @description Deliveries that wait for the pace or the circuit of an endpoint. */
                held: number;
                /** @description Deliveries that wait for their callback. */
                waiting: number;
                /** @description Not all executions that are open were looked at. */
                bounded: boolean;
            };
            endpoints: {
                /** @description The first hundred, by their names. */
                data: {
                    id: components["schemas"]["Id"];
                    name: string;
                    isActive: boolean;
                    circuit: components["schemas"]["Circuit"];
                }[];
                /** @description There are others: GET /api/webhook-endpoints lists them all. */
                more: boolean;
            };
            /** @description Of the last 24 hours; `waiting`: still to be sent, however old. */
            events: {
                received: number;
                refused: number;
                sent: number;
                /** @description Failed or dead-lettered. */
                failed: number;
                /** @description There were more: counted are the newest of each direction. */
                bounded: boolean;
                waiting: components["schemas"]["Counted"];
            };
            /** @description Those that are open, and those of the last 24 hours that have ended. */
            executions: {
                queued: components["schemas"]["Counted"];
                running: components["schemas"]["Counted"];
                retrying: components["schemas"]["Counted"];
                waiting: components["schemas"]["Counted"];
                succeeded: components["schemas"]["Counted"];
                failed: components["schemas"]["Counted"];
                cancelled: components["schemas"]["Counted"];
                dead_lettered: components["schemas"]["Counted"];
            };
        };
        /** @description Null is the same as left out. Fields that are not known are refused. */
        N8nEventInput: {
            /** @description What happened, such as `workflow.completed`. */
            event: string;
            /** @description The execution of ours that this is about: `x-hookgate-execution-id`. */
            executionId?: components["schemas"]["Id"] | null;
            /** @description The delivery of it: `x-hookgate-delivery-id`. Needed when it has several. */
            deliveryId?: components["schemas"]["Id"] | null;
            /** @description A workflow of ours. Without `executionId` and `deliveryId` the event starts an execution of it. */
            workflowId?: components["schemas"]["Id"] | null;
            /** @description The execution in n8n: `$execution.id` there. */
            n8nExecutionId?: string | number | null;
            /**
             * @description How it went, in our words or those of n8n. `running`, `waiting`, `new`, `progress` and none at all: it goes on.
             * @enum {string|null}
             */
            status?: "success" | "succeeded" | "completed" | "error" | "failed" | "failure" | "crashed" | "canceled" | "cancelled" | "running" | "waiting" | "new" | "progress" | null;
            /** @description Any JSON, kept as it was written: whatever is of your own belongs here. */
            data?: unknown;
            /**
             * Format: date-time
             * @description When it happened: what is older changes nothing.
             */
            timestamp?: string | null;
            /** @description The attempt of ours that this is about: `x-hookgate-attempt`. */
            attempt?: number | string | null;
            /** @description What `x-hookgate-hops` said, where it cannot be sent as a header. */
            hops?: number | string | null;
        };
        /** @description The event, and what it did, is stored durably. */
        N8nEventReceived: {
            /** @constant */
            success: true;
            message: string;
            eventId: components["schemas"]["Id"];
            event: string;
            /** @description What it did: `applied`, `early` (kept until the delivery is known to have arrived), `late` and `stale` (written down only), `started`, `recorded`. */
            outcome: string;
            /** @description It was processed before: nothing was changed. */
            duplicate: boolean;
            executionId: components["schemas"]["Id"] | null;
            /** @description The same as executionId. */
            jobId: components["schemas"]["Id"] | null;
            /** @description Of the execution, as it is now. */
            status: components["schemas"]["ExecutionStatus"] | null;
            /** Format: date-time */
            timestamp: string;
        };
        /** @description An event as lists show it. */
        EventSummary: {
            id: components["schemas"]["Id"];
            /** @description `in`: n8n sent it. `out`: it is sent to n8n. */
            direction: components["schemas"]["EventDirection"];
            event: string;
            /** @description `processed` or `refused`: what n8n sent. The others: what is sent to n8n, `failed` when the endpoint refused it for good and `dead_lettered` when all attempts are used up. */
            state: components["schemas"]["EventState"];
            /** @description What came of it, by a stable name. */
            outcome: string | null;
            endpointId: components["schemas"]["Id"] | null;
            workflowId: components["schemas"]["Id"] | null;
            executionId: components["schemas"]["Id"] | null;
            deliveryId: components["schemas"]["Id"] | null;
            /** @description The id that the sender gave it. */
            webhookId: string | null;
            /** @description Of the body, in bytes. */
            size: number;
            /** @description How what n8n sent was signed, and `valid` or why it is not. null: we sent it. */
            signature: {
                scheme: string | null;
                verdict: string;
            } | null;
            sourceIp: string | null;
            /** @description What it was answered with, the last time. */
            statusCode: number | null;
            errorCode: string | null;
            /** @description Until it was answered, the last time. */
            durationMs: number | null;
            /** @description Raised by every retry that was asked for. */
            run: number;
            attemptCount: number;
            /** @description It waits for the pace or the circuit of its endpoint. */
            isHeld: boolean;
            /** Format: date-time */
            nextAttemptAt: string | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            finishedAt: string | null;
            links: {
                endpoint: string | null;
                workflow: string | null;
                execution: string | null;
            };
        };
        /** @description One attempt to send an event. */
        EventAttempt: {
            attempt: number;
            run: number;
            /** Format: date-time */
            startedAt: string;
            durationMs: number | null;
            /**
             * @description `ambiguous`: n8n may have acted on it.
             * @enum {string}
             */
            result: "succeeded" | "failed" | "ambiguous";
            outcome: string;
            statusCode: number | null;
            error: string | null;
            /** @description What to do about it. */
            advice: string | null;
            response: {
                body: unknown;
                /** @enum {string} */
                bodyEncoding: "json" | "base64";
                truncated: boolean;
            } | null;
            /** Format: date-time */
            nextAttemptAt: string | null;
        };
        /** @description An event, and every attempt to send it. */
        WebhookEvent: {
            id: components["schemas"]["Id"];
            /** @description `in`: n8n sent it. `out`: it is sent to n8n. */
            direction: components["schemas"]["EventDirection"];
            event: string;
            /** @description `processed` or `refused`: what n8n sent. The others: what is sent to n8n, `failed` when the endpoint refused it for good and `dead_lettered` when all attempts are used up. */
            state: components["schemas"]["EventState"];
            /** @description What came of it, by a stable name. */
            outcome: string | null;
            endpointId: components["schemas"]["Id"] | null;
            workflowId: components["schemas"]["Id"] | null;
            executionId: components["schemas"]["Id"] | null;
            deliveryId: components["schemas"]["Id"] | null;
            /** @description The id that the sender gave it. */
            webhookId: string | null;
            /** @description Of the body, in bytes. */
            size: number;
            /** @description How what n8n sent was signed, and `valid` or why it is not. null: we sent it. */
            signature: {
                scheme: string | null;
                verdict: string;
            } | null;
            sourceIp: string | null;
            /** @description What it was answered with, the last time. */
            statusCode: number | null;
            errorCode: string | null;
            /** @description Until it was answered, the last time. */
            durationMs: number | null;
            /** @description Raised by every retry that was asked for. */
            run: number;
            attemptCount: number;
            /** @description It waits for the pace or the circuit of its endpoint. */
            isHeld: boolean;
            /** Format: date-time */
            nextAttemptAt: string | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            finishedAt: string | null;
            links: {
                endpoint: string | null;
                workflow: string | null;
                execution: string | null;
            };
            /** @description As `bodyEncoding` says; null when it was not kept. */
            body: unknown;
            /** @enum {string|null} */
            bodyEncoding: "json" | "base64" | null;
            attempts: components["schemas"]["EventAttempt"][];
        };
        SyncMapping: {
            /** @description JSONata, given a record as it is kept here. Its result is sent as `data`; null: the record. */
            outbound?: string | null;
            /** @description JSONata, given `data` as it came. Its result, an object, is kept; null: what came. */
            inbound?: string | null;
        };
        DataSyncConfigInput: {
            entity: string;
            /**
             * @description `outbound`: changes here go out; `inbound`: changes from there are taken.
             * @enum {string}
             */
            direction: "inbound" | "outbound" | "bidirectional";
            /** @description Where changes go, and whose own secret may sign what comes back. */
            endpointId: components["schemas"]["Id"];
            /** @description Where the key is in a record as it is kept here: a JSON pointer (`/id`) or a path with dots (`customer.id`). Then whoever sends a record need not name its key. */
            keyPath?: string | null;
            mapping?: components["schemas"]["SyncMapping"];
            /**
             * @description `last_write_wins`: of two changes the one with the later clock; `manual`: changes that did not know of each other are both kept, and somebody decides.
             * @enum {string}
             */
            conflictPolicy?: "last_write_wins" | "manual";
            /** @description While it is not, changes here are kept and go out later; what comes from there is refused with `sync_paused`. */
            isActive?: boolean;
        };
        /** @description What is kept in step with another system, and how. */
        DataSyncConfig: {
            id: components["schemas"]["Id"];
            entity: string;
            /**
             * @description `outbound`: changes here go out; `inbound`: changes from there are taken.
             * @enum {string}
             */
            direction: "inbound" | "outbound" | "bidirectional";
            endpointId: components["schemas"]["Id"] | null;
            /** @description Where the key is in a record as it is kept here: a JSON pointer (`/id`) or a path with dots (`customer.id`). Then whoever sends a record need not name its key. */
            keyPath: string | null;
            mapping: {
                outbound: string | null;
                inbound: string | null;
            };
            /**
             * @description `last_write_wins`: of two changes the one with the later clock; `manual`: changes that did not know of each other are both kept, and somebody decides.
             * @enum {string}
             */
            conflictPolicy: "last_write_wins" | "manual";
            isActive: boolean;
            /** @description Of the record that was changed last; 0: there is none. */
            changeSeq: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /** @description What is left out stays, within `mapping` too. */
        DataSyncConfigChanges: {
            entity?: string;
            /**
             * @description `outbound`: changes here go out; `inbound`: changes from there are taken.
             * @enum {string}
             */
            direction?: "inbound" | "outbound" | "bidirectional";
            /** @description Where changes go, and whose own secret may sign what comes back. */
            endpointId?: components["schemas"]["Id"];
            /** @description Where the key is in a record as it is kept here: a JSON pointer (`/id`) or a path with dots (`customer.id`). Then whoever sends a record need not name its key. */
            keyPath?: string | null;
            mapping?: components["schemas"]["SyncMapping"];
            /**
             * @description `last_write_wins`: of two changes the one with the later clock; `manual`: changes that did not know of each other are both kept, and somebody decides.
             * @enum {string}
             */
            conflictPolicy?: "last_write_wins" | "manual";
            /** @description While it is not, changes here are kept and go out later; what comes from there is refused with `sync_paused`. */
            isActive?: boolean;
        };
        /**
         * @description Of the last change: `queued`: it is in the outbox (GET /api/webhook-events shows the event); `pending`: it waits until the sync can send; `failed`: its mapping did. null: it is not to go out.
         * @enum {string}
         */
        SyncOutboundState: "queued" | "pending" | "failed";
        SyncOutbound: {
            state: components["schemas"]["SyncOutboundState"] | null;
            error: string | null;
            eventId: components["schemas"]["Id"] | null;
        };
        /** @description A record as it is here. */
        SyncRecord: {
            key: string;
            /** @description The record. Numbers are as in JavaScript: larger ones than 2^53 belong into texts. */
            data: {
                [key: string]: unknown;
            } | null;
            /** @description It is kept without data, so that an older change does not bring it back. */
            deleted: boolean;
            /** @description Counts its changes. */
            version: number;
            /** @description A hybrid logical clock. Of two such texts the greater one is the later clock. */
            clock: string;
            /**
             * @description Who made the last change.
             * @enum {string}
             */
            origin: "local" | "remote";
            /** @description Greater than that of every change before, of whatever record. */
            changeSeq: number;
            /** Format: date-time */
            changedAt: string;
            outbound: components["schemas"]["SyncOutbound"];
        };
        /** @description One page, in the order of the changes. */
        SyncRecords: {
            data: components["schemas"]["SyncRecord"][];
            /** @description Where the next page begins; null: this was the last. */
            nextCursor: string | null;
            /** @description To be asked with next time: everything up to there has been seen with this page. */
            changedSince: number;
        };
        SyncRecordInput: {
            /** @description The record. Numbers are as in JavaScript: larger ones than 2^53 belong into texts. */
            data: {
                [key: string]: unknown;
            };
        };
        /** @enum {string} */
        SyncConflictState: "open" | "resolved";
        /** @enum {string} */
        SyncResolution: "local" | "remote" | "merged";
        /** @description Two changes that did not know of each other. */
        SyncConflict: {
            id: components["schemas"]["Id"];
            key: string;
            state: components["schemas"]["SyncConflictState"];
            /** @description The record as it was here. */
            local: {
                /** @description The record. Numbers are as in JavaScript: larger ones than 2^53 belong into texts. */
                data: {
                    [key: string]: unknown;
                } | null;
                deleted: boolean;
                version: number;
                /** @description A hybrid logical clock. Of two such texts the greater one is the later clock. */
                clock: string;
            };
            /** @description The change from there. */
            remote: {
                /** @description The record. Numbers are as in JavaScript: larger ones than 2^53 belong into texts. */
                data: {
                    [key: string]: unknown;
                } | null;
                deleted: boolean;
                /** @description A hybrid logical clock. Of two such texts the greater one is the later clock. */
                clock: string;
                /** @description The version of ours that it was made to. */
                baseVersion: number | null;
            };
            resolution: components["schemas"]["SyncResolution"] | null;
            /** @description Of the record. */
            resolvedVersion: number | null;
            resolvedBy: string | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            resolvedAt: string | null;
        };
        SyncDecision: {
            /**
             * @description `local`: as the record is here now; `remote`: as it is there; `merged`: `data`.
             * @enum {string}
             */
            choose: "local" | "remote" | "merged";
            /** @description For `merged`: what the record is to be; null: deleted. */
            data?: {
                [key: string]: unknown;
            } | null;
        };
        SyncRunInput: {
            /**
             * @description Left out: the direction of the data sync, and `outbound` where it goes both ways.
             * @enum {string}
             */
            direction?: "inbound" | "outbound";
        };
        /** @enum {string} */
        SyncRunDirection: "inbound" | "outbound";
        /** @enum {string} */
        SyncRunState: "running" | "paused" | "completed" | "cancelled";
        /** @description All records once, and how far that is. */
        SyncRun: {
            id: components["schemas"]["Id"];
            configId: components["schemas"]["Id"];
            direction: components["schemas"]["SyncRunDirection"];
            state: components["schemas"]["SyncRunState"];
            /** @description null: the other side has not said how many it has. */
            total: number | null;
            /** @description Records that were delivered, or received. */
            done: number;
            /** @description Records whose mapping failed, or that could not be delivered. */
            failed: number;
            /** @description Records that are on their way. */
            sending: number;
            requestedBy: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            finishedAt: string | null;
        };
        /** @description One entry of the catalogue of problems. */
        ProblemEntry: {
            code: string;
            status: number;
            title: string;
            detail: string;
        };
    };
    responses: {
        /** @description `storage_rejected` */
        storage_rejected: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `authentication_failed` */
        authentication_failed: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                /** @example  */
                "text/plain": string;
            };
        };
        /** @description `workflow_inactive`, `webhook_disabled`, `ip_not_allowed`, `handshake_refused` */
        "workflow_inactive.webhook_disabled.ip_not_allowed.handshake_refused": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `workflow_not_found` */
        workflow_not_found: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `hop_limit_reached` */
        hop_limit_reached: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `payload_too_large` */
        payload_too_large: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `payload_rejected` */
        payload_rejected: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `rate_limited`, `too_many_failures`, `too_many_unknown_names` */
        "rate_limited.too_many_failures.too_many_unknown_names": {
            headers: {
                /** @description Seconds to wait before trying again. */
                "retry-after": number;
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `overloaded`, `not_stored`, `commit_unconfirmed`, `database_unavailable`, `sender_unreachable` */
        "overloaded.not_stored.commit_unconfirmed.database_unavailable.sender_unreachable": {
            headers: {
                /** @description Seconds to wait before trying again. */
                "retry-after": number;
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Any other problem. */
        "internal_error.shutting_down.bad_request": {
            headers: {
                /** @description Seconds to wait before trying again. */
                "retry-after"?: number;
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too_many_failures`, `too_many_unknown_names` */
        "too_many_failures.too_many_unknown_names": {
            headers: {
                /** @description Seconds to wait before trying again. */
                "retry-after": number;
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `database_unavailable` */
        database_unavailable: {
            headers: {
                /** @description Seconds to wait before trying again. */
                "retry-after": number;
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `validation_failed`, `invalid_json` */
        "validation_failed.invalid_json": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unauthorized` */
        unauthorized: {
            headers: {
                /** @description The kind of credentials that are asked for: `Bearer`. */
                "www-authenticate": string;
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `insufficient_scope` */
        insufficient_scope: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `workflow_not_found`, `organization_not_found` */
        "workflow_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `execution_workflow_inactive`, `idempotency_key_reused`, `hop_limit_reached` */
        "execution_workflow_inactive.idempotency_key_reused.hop_limit_reached": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unsupported_media_type` */
        unsupported_media_type: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `storage_budget_exceeded`, `too_many_unknown_names` */
        "storage_budget_exceeded.too_many_unknown_names": {
            headers: {
                /** @description Seconds to wait before trying again. */
                "retry-after": number;
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `database_unavailable`, `query_timeout`, `connections_busy` */
        "database_unavailable.query_timeout.connections_busy": {
            headers: {
                /** @description Seconds to wait before trying again. */
                "retry-after": number;
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid_cursor`, `validation_failed` */
        "invalid_cursor.validation_failed": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `organization_not_found` */
        organization_not_found: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too_many_unknown_names` */
        too_many_unknown_names: {
            headers: {
                /** @description Seconds to wait before trying again. */
                "retry-after": number;
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `validation_failed` */
        validation_failed: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `execution_not_found`, `organization_not_found` */
        "execution_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `hop_limit_reached`, `execution_not_retryable`, `execution_workflow_inactive` */
        "hop_limit_reached.execution_not_retryable.execution_workflow_inactive": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `body_expired` */
        body_expired: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `execution_not_cancellable` */
        execution_not_cancellable: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `budget_exceeded`, `too_many_unknown_names` */
        "budget_exceeded.too_many_unknown_names": {
            headers: {
                /** @description Seconds to wait before trying again. */
                "retry-after": number;
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too_many_streams`, `database_unavailable`, `query_timeout`, `connections_busy` */
        "too_many_streams.database_unavailable.query_timeout.connections_busy": {
            headers: {
                /** @description Seconds to wait before trying again. */
                "retry-after": number;
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `name_taken` */
        name_taken: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid_configuration` */
        invalid_configuration: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `precondition_failed` */
        precondition_failed: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `cannot_sign`, `hop_limit_reached` */
        "cannot_sign.hop_limit_reached": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `n8n_not_shared`, `insufficient_scope` */
        "n8n_not_shared.insufficient_scope": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `endpoint_not_found`, `organization_not_found` */
        "endpoint_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `endpoint_in_use` */
        endpoint_in_use: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `trigger_not_found`, `organization_not_found` */
        "trigger_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid_cursor`, `search_too_wide`, `validation_failed` */
        "invalid_cursor.search_too_wide.validation_failed": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `webhook_log_not_found`, `organization_not_found` */
        "webhook_log_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `search_too_wide`, `validation_failed` */
        "search_too_wide.validation_failed": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `webhook_log_not_found`, `workflow_not_found`, `organization_not_found` */
        "webhook_log_not_found.workflow_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `body_not_kept`, `execution_workflow_inactive`, `hop_limit_reached` */
        "body_not_kept.execution_workflow_inactive.hop_limit_reached": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `search_too_wide`, `validation_failed`, `invalid_json` */
        "search_too_wide.validation_failed.invalid_json": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `replay_not_found`, `organization_not_found` */
        "replay_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `replay_not_cancellable` */
        replay_not_cancellable: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_grantable`, `insufficient_scope` */
        "not_grantable.insufficient_scope": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `api_key_not_found`, `organization_not_found` */
        "api_key_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `n8n_not_configured` */
        n8n_not_configured: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `n8n_unreachable`, `n8n_api_refused`, `n8n_api_forbidden`, `n8n_unexpected_answer` */
        "n8n_unreachable.n8n_api_refused.n8n_api_forbidden.n8n_unexpected_answer": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `n8n_timeout` */
        n8n_timeout: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `n8n_workflow_not_found`, `workflow_not_found`, `organization_not_found` */
        "n8n_workflow_not_found.workflow_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `n8n_workflow_inactive`, `name_taken`, `n8n_not_configured` */
        "n8n_workflow_inactive.name_taken.n8n_not_configured": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `n8n_no_webhook`, `invalid_configuration` */
        "n8n_no_webhook.invalid_configuration": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `n8n_workflow_not_found`, `organization_not_found` */
        "n8n_workflow_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `n8n_change_refused`, `n8n_not_configured` */
        "n8n_change_refused.n8n_not_configured": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `n8n_execution_not_found`, `organization_not_found` */
        "n8n_execution_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `n8n_execution_not_retryable`, `n8n_not_configured` */
        "n8n_execution_not_retryable.n8n_not_configured": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `endpoint_inactive`, `event_not_subscribed` */
        "endpoint_inactive.event_not_subscribed": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `validation_failed`, `invalid_json`, `storage_rejected` */
        "validation_failed.invalid_json.storage_rejected": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `n8n_signature_invalid` */
        n8n_signature_invalid: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `workflow_not_found`, `execution_not_found` */
        "workflow_not_found.execution_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `delivery_ambiguous`, `execution_workflow_inactive`, `webhook_id_reused`, `hop_limit_reached` */
        "delivery_ambiguous.execution_workflow_inactive.webhook_id_reused.hop_limit_reached": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `event_not_found`, `organization_not_found` */
        "event_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `event_not_retryable` */
        event_not_retryable: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `data_sync_config_not_found`, `organization_not_found` */
        "data_sync_config_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `data_sync_config_not_found`, `sync_record_not_found`, `organization_not_found` */
        "data_sync_config_not_found.sync_record_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `sync_direction` */
        sync_direction: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `data_sync_config_not_found`, `sync_conflict_not_found`, `organization_not_found` */
        "data_sync_config_not_found.sync_conflict_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `sync_conflict_resolved` */
        sync_conflict_resolved: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `sync_direction`, `sync_paused`, `sync_run_in_progress` */
        "sync_direction.sync_paused.sync_run_in_progress": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `data_sync_config_not_found`, `sync_run_not_found`, `organization_not_found` */
        "data_sync_config_not_found.sync_run_not_found.organization_not_found": {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `sync_run_state` */
        sync_run_state: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `metrics_closed` */
        metrics_closed: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `route_not_found` */
        route_not_found: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
        "x-organization-id": components["schemas"]["Id"];
    };
    requestBodies: never;
    headers: {
        /** @description Names this request in the log; problems repeat it. */
        "x-request-id": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    checkWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the workflow. */
                workflowId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workflow exists and takes webhooks by POST. Or: the handshake of its sender, answered. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Webhook endpoint active",
                     *       "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *       "method": "POST",
                     *       "timestamp": "2026-03-10T09:30:00.417Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookActive"] | Record<string, never>;
                    /** @example 1158201444 */
                    "text/plain": string;
                };
            };
            403: components["responses"]["workflow_inactive.webhook_disabled.ip_not_allowed.handshake_refused"];
            404: components["responses"]["workflow_not_found"];
            409: components["responses"]["hop_limit_reached"];
            429: components["responses"]["too_many_failures.too_many_unknown_names"];
            503: components["responses"]["database_unavailable"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    receiveWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the workflow. */
                workflowId: string;
            };
            cookie?: never;
        };
        /** @description Any bytes of any content type. */
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "order": {
                 *         "id": 1001,
                 *         "total": 42
                 *       }
                 *     }
                 */
                "application/json": unknown;
                /** @example order=1001&total=42 */
                "*/*": string;
            };
        };
        responses: {
            /** @description The webhook is stored durably and will be executed. Its sender is told so in the words of `success`, if that is set. Or: the handshake of its sender, answered. */
            200: {
                headers: {
                    /** @description What the sender brought along, for the handshake of Asana. */
                    "x-hook-secret"?: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAccepted"] | Record<string, never>;
                    /** @example [accepted] */
                    "text/plain": string;
                };
            };
            /** @description As 200, for who sets `success` so, and for some handshakes. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description As 200, for who sets `success` so. */
            205: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["storage_rejected"];
            401: components["responses"]["authentication_failed"];
            403: components["responses"]["workflow_inactive.webhook_disabled.ip_not_allowed.handshake_refused"];
            404: components["responses"]["workflow_not_found"];
            409: components["responses"]["hop_limit_reached"];
            413: components["responses"]["payload_too_large"];
            422: components["responses"]["payload_rejected"];
            429: components["responses"]["rate_limited.too_many_failures.too_many_unknown_names"];
            503: components["responses"]["overloaded.not_stored.commit_unconfirmed.database_unavailable.sender_unreachable"];
            /** @description As 200, for who sets `success` so. */
            "2XX": {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAccepted"];
                    /** @example [accepted] */
                    "text/plain": string;
                };
            };
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    executeWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body within 24 hours answers the first execution again. */
                "idempotency-key"?: string;
                /** @description `wait=N` waits up to N seconds, 60 at the most, for the end. */
                prefer?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the workflow. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "input": {
                 *         "order": {
                 *           "id": 1001
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ExecuteInput"];
            };
        };
        responses: {
            /** @description The execution, when it has ended or the call was repeated. */
            200: {
                headers: {
                    /** @description The path of the execution. */
                    location: string;
                    /** @description `true`: the call was made before, and this is its execution. */
                    "idempotent-replayed"?: string;
                    /** @description How long the answer was waited for: `wait=10`. */
                    "preference-applied"?: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "executionId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *       "jobId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *       "id": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *       "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *       "status": "succeeded",
                     *       "triggerType": "manual",
                     *       "triggeredBy": "api_key:01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *       "triggeredAt": "2026-03-10T09:30:00.417Z",
                     *       "run": 1,
                     *       "outcome": "delivered",
                     *       "confirmedBy": "http",
                     *       "cancelRequestedAt": null,
                     *       "startedAt": "2026-03-10T09:30:00.431Z",
                     *       "finishedAt": "2026-03-10T09:30:00.512Z",
                     *       "logId": null,
                     *       "replayOf": null,
                     *       "replayId": null,
                     *       "result": null,
                     *       "input": {
                     *         "order": {
                     *           "id": 1001
                     *         }
                     *       },
                     *       "log": null,
                     *       "deliveries": [
                     *         {
                     *           "id": "01991c2a-7b52-70d9-8e13-b7f25a9c6d30",
                     *           "triggerId": "01991a77-20c5-7f2e-9b60-c81d93a2e047",
                     *           "endpoint": {
                     *             "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *             "name": "n8n orders",
                     *             "url": "https://n8n.example.com/webhook/orders"
                     *           },
                     *           "fallbackOf": null,
                     *           "fallbackStep": 0,
                     *           "isSuperseded": false,
                     *           "status": "succeeded",
                     *           "run": 1,
                     *           "outcome": "delivered",
                     *           "confirmedBy": "http",
                     *           "nextAttemptAt": null,
                     *           "awaitedUntil": null,
                     *           "callback": null,
                     *           "n8nExecutionId": null,
                     *           "n8nExecutionUrl": null,
                     *           "createdAt": "2026-03-10T09:30:00.431Z",
                     *           "finishedAt": "2026-03-10T09:30:00.512Z",
                     *           "attemptCount": 1,
                     *           "attempts": [
                     *             {
                     *               "attempt": 1,
                     *               "run": 1,
                     *               "result": "succeeded",
                     *               "outcome": "delivered",
                     *               "startedAt": "2026-03-10T09:30:00.436Z",
                     *               "durationMs": 71,
                     *               "statusCode": 200,
                     *               "error": null,
                     *               "advice": null,
                     *               "nextAttemptAt": null,
                     *               "request": {
                     *                 "url": "https://n8n.example.com/webhook/orders",
                     *                 "headers": [
                     *                   {
                     *                     "name": "content-type",
                     *                     "value": "application/json"
                     *                   },
                     *                   {
                     *                     "name": "x-hookgate-execution-id",
                     *                     "value": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6"
                     *                   },
                     *                   {
                     *                     "name": "x-hookgate-attempt",
                     *                     "value": "1"
                     *                   }
                     *                 ],
                     *                 "bytes": 32
                     *               },
                     *               "response": {
                     *                 "headers": [
                     *                   {
                     *                     "name": "Content-Type",
                     *                     "value": "application/json; charset=utf-8"
                     *                   }
                     *                 ],
                     *                 "body": {
                     *                   "message": "Workflow was started"
                     *                 },
                     *                 "bodyEncoding": "json",
                     *                 "truncated": false
                     *               }
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "transitions": [
                     *         {
                     *           "seq": 0,
                     *           "from": null,
                     *           "to": "queued",
                     *           "run": 1,
                     *           "outcome": null,
                     *           "at": "2026-03-10T09:30:00.417Z"
                     *         },
                     *         {
                     *           "seq": 1,
                     *           "from": "queued",
                     *           "to": "running",
                     *           "run": 1,
                     *           "outcome": null,
                     *           "at": "2026-03-10T09:30:00.431Z"
                     *         },
                     *         {
                     *           "seq": 2,
                     *           "from": "running",
                     *           "to": "succeeded",
                     *           "run": 1,
                     *           "outcome": "delivered",
                     *           "at": "2026-03-10T09:30:00.512Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ExecuteResult"];
                };
            };
            /** @description Stored, and about to be executed. */
            202: {
                headers: {
                    /** @description The path of the execution. */
                    location: string;
                    /** @description `true`: the call was made before, and this is its execution. */
                    "idempotent-replayed"?: string;
                    /** @description How long the answer was waited for: `wait=10`. */
                    "preference-applied"?: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "Workflow execution started",
                     *       "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *       "executionId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *       "jobId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *       "timestamp": "2026-03-10T09:30:00.417Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ExecuteAccepted"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["workflow_not_found.organization_not_found"];
            409: components["responses"]["execution_workflow_inactive.idempotency_key_reused.hop_limit_reached"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["storage_budget_exceeded.too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listExecutions: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
                /** @description Of this workflow only. */
                workflowId?: components["schemas"]["Id"];
                /** @description Only those in this state. */
                status?: components["schemas"]["ExecutionStatus"];
                /** @description Only those that were started so. */
                triggerType?: components["schemas"]["TriggerType"];
                /** @description Triggered at this time or later. */
                from?: string;
                /** @description Triggered before this time. */
                to?: string;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *           "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *           "status": "succeeded",
                     *           "triggerType": "webhook",
                     *           "triggeredBy": null,
                     *           "triggeredAt": "2026-03-10T09:30:00.417Z",
                     *           "run": 1,
                     *           "outcome": "delivered",
                     *           "confirmedBy": "http",
                     *           "cancelRequestedAt": null,
                     *           "startedAt": "2026-03-10T09:30:00.431Z",
                     *           "finishedAt": "2026-03-10T09:30:00.512Z",
                     *           "logId": "01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4",
                     *           "replayOf": null,
                     *           "replayId": null
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["ExecutionSummary"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the execution. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An execution with everything that happened to it. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["execution_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    retryExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the execution. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will be sent again. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *       "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *       "status": "queued",
                     *       "triggerType": "webhook",
                     *       "triggeredBy": null,
                     *       "triggeredAt": "2026-03-10T09:30:00.417Z",
                     *       "run": 2,
                     *       "outcome": null,
                     *       "confirmedBy": null,
                     *       "cancelRequestedAt": null,
                     *       "startedAt": "2026-03-10T09:30:00.431Z",
                     *       "finishedAt": null,
                     *       "logId": "01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4",
                     *       "replayOf": null,
                     *       "replayId": null,
                     *       "result": null,
                     *       "input": null,
                     *       "log": {
                     *         "id": "01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4",
                     *         "url": "/api/webhook-logs/01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4"
                     *       },
                     *       "deliveries": [
                     *         {
                     *           "id": "01991c2a-7b52-70d9-8e13-b7f25a9c6d30",
                     *           "triggerId": "01991a77-20c5-7f2e-9b60-c81d93a2e047",
                     *           "endpoint": {
                     *             "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *             "name": "n8n orders",
                     *             "url": "https://n8n.example.com/webhook/orders"
                     *           },
                     *           "fallbackOf": null,
                     *           "fallbackStep": 0,
                     *           "isSuperseded": false,
                     *           "status": "pending",
                     *           "run": 2,
                     *           "outcome": null,
                     *           "confirmedBy": null,
                     *           "nextAttemptAt": "2026-03-10T10:02:11.000Z",
                     *           "awaitedUntil": null,
                     *           "callback": null,
                     *           "n8nExecutionId": null,
                     *           "n8nExecutionUrl": null,
                     *           "createdAt": "2026-03-10T09:30:00.431Z",
                     *           "finishedAt": null,
                     *           "attemptCount": 1,
                     *           "attempts": [
                     *             {
                     *               "attempt": 1,
                     *               "run": 1,
                     *               "result": "failed",
                     *               "outcome": "refused",
                     *               "startedAt": "2026-03-10T09:30:00.436Z",
                     *               "durationMs": 71,
                     *               "statusCode": 400,
                     *               "error": null,
                     *               "advice": "The endpoint refuses this request: sending it again will not help.",
                     *               "nextAttemptAt": null,
                     *               "request": {
                     *                 "url": "https://n8n.example.com/webhook/orders",
                     *                 "headers": [
                     *                   {
                     *                     "name": "content-type",
                     *                     "value": "application/json"
                     *                   },
                     *                   {
                     *                     "name": "x-hookgate-execution-id",
                     *                     "value": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6"
                     *                   },
                     *                   {
                     *                     "name": "x-hookgate-attempt",
                     *                     "value": "1"
                     *                   }
                     *                 ],
                     *                 "bytes": 32
                     *               },
                     *               "response": {
                     *                 "headers": [
                     *                   {
                     *                     "name": "Content-Type",
                     *                     "value": "application/json; charset=utf-8"
                     *                   }
                     *                 ],
                     *                 "body": {
                     *                   "message": "Workflow was started"
                     *                 },
                     *                 "bodyEncoding": "json",
                     *                 "truncated": false
                     *               }
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "transitions": [
                     *         {
                     *           "seq": 0,
                     *           "from": null,
                     *           "to": "queued",
                     *           "run": 1,
                     *           "outcome": null,
                     *           "at": "2026-03-10T09:30:00.417Z"
                     *         },
                     *         {
                     *           "seq": 1,
                     *           "from": "queued",
                     *           "to": "running",
                     *           "run": 1,
                     *           "outcome": null,
                     *           "at": "2026-03-10T09:30:00.431Z"
                     *         },
                     *         {
                     *           "seq": 2,
                     *           "from": "running",
                     *           "to": "failed",
                     *           "run": 1,
                     *           "outcome": "refused",
                     *           "at": "2026-03-10T09:30:00.512Z"
                     *         },
                     *         {
                     *           "seq": 3,
                     *           "from": "failed",
                     *           "to": "queued",
                     *           "run": 2,
                     *           "outcome": null,
                     *           "at": "2026-03-10T10:02:11.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Execution"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["execution_not_found.organization_not_found"];
            409: components["responses"]["hop_limit_reached.execution_not_retryable.execution_workflow_inactive"];
            410: components["responses"]["body_expired"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    cancelExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the execution. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing more is sent. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *       "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *       "status": "cancelled",
                     *       "triggerType": "webhook",
                     *       "triggeredBy": null,
                     *       "triggeredAt": "2026-03-10T09:30:00.417Z",
                     *       "run": 1,
                     *       "outcome": "cancelled",
                     *       "confirmedBy": null,
                     *       "cancelRequestedAt": null,
                     *       "startedAt": null,
                     *       "finishedAt": "2026-03-10T09:30:00.512Z",
                     *       "logId": "01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4",
                     *       "replayOf": null,
                     *       "replayId": null,
                     *       "result": null,
                     *       "input": null,
                     *       "log": {
                     *         "id": "01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4",
                     *         "url": "/api/webhook-logs/01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4"
                     *       },
                     *       "deliveries": [],
                     *       "transitions": [
                     *         {
                     *           "seq": 0,
                     *           "from": null,
                     *           "to": "queued",
                     *           "run": 1,
                     *           "outcome": null,
                     *           "at": "2026-03-10T09:30:00.417Z"
                     *         },
                     *         {
                     *           "seq": 1,
                     *           "from": "queued",
                     *           "to": "cancelled",
                     *           "run": 1,
                     *           "outcome": "cancelled",
                     *           "at": "2026-03-10T09:30:00.512Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Execution"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["execution_not_found.organization_not_found"];
            409: components["responses"]["execution_not_cancellable"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    followExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the last event that was received: the stream goes on after it. */
                "last-event-id"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the execution. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `transition`, with its seq as the id of the event, and last of all `end`. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1000
                     *
                     *     id: 1
                     *     event: transition
                     *     data: {"executionId":"01990f3c-9a52-7c1e-8b7d-2f6a40c1d5e3","workflowId":"7d0e4b0a-3c55-4a6f-9d6e-51b8c2f0a9e4","seq":1,"from":"queued","to":"running","run":1,"outcome":null,"at":"2026-01-15T09:30:00.214Z"}
                     *
                     *     :
                     *
                     *     id: 2
                     *     event: transition
                     *     data: {"executionId":"01990f3c-9a52-7c1e-8b7d-2f6a40c1d5e3","workflowId":"7d0e4b0a-3c55-4a6f-9d6e-51b8c2f0a9e4","seq":2,"from":"running","to":"succeeded","run":1,"outcome":"delivered","at":"2026-01-15T09:30:00.391Z"}
                     *
                     *     event: end
                     *     data: {"executionId":"01990f3c-9a52-7c1e-8b7d-2f6a40c1d5e3","workflowId":"7d0e4b0a-3c55-4a6f-9d6e-51b8c2f0a9e4","status":"succeeded"}
                     */
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["execution_not_found.organization_not_found"];
            429: components["responses"]["budget_exceeded.too_many_unknown_names"];
            503: components["responses"]["too_many_streams.database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    followExecutions: {
        parameters: {
            query?: {
                /** @description Of this workflow only. */
                workflowId?: components["schemas"]["Id"];
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `transition`, without ids. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1000
                     *
                     *     event: transition
                     *     data: {"executionId":"01990f3c-9a52-7c1e-8b7d-2f6a40c1d5e3","workflowId":"7d0e4b0a-3c55-4a6f-9d6e-51b8c2f0a9e4","seq":1,"from":"queued","to":"running","run":1,"outcome":null,"at":"2026-01-15T09:30:00.214Z"}
                     *
                     *     event: transition
                     *     data: {"executionId":"01990f3c-9a52-7c1e-8b7d-2f6a40c1d5e3","workflowId":"7d0e4b0a-3c55-4a6f-9d6e-51b8c2f0a9e4","seq":2,"from":"running","to":"succeeded","run":1,"outcome":"delivered","at":"2026-01-15T09:30:00.391Z"}
                     */
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["workflow_not_found.organization_not_found"];
            429: components["responses"]["budget_exceeded.too_many_unknown_names"];
            503: components["responses"]["too_many_streams.database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
                /** @description Of this workflow only. */
                workflowId?: components["schemas"]["Id"];
                /** @description That this endpoint did not take. */
                endpointId?: components["schemas"]["Id"];
                /** @description Of the last attempt, e.g. `connection_refused`. */
                outcome?: string;
                /** @description Given up at this time or later. */
                from?: string;
                /** @description Given up before this time. */
                to?: string;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01991c2a-7b52-70d9-8e13-b7f25a9c6d30",
                     *           "executionId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *           "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *           "triggerId": "01991a77-20c5-7f2e-9b60-c81d93a2e047",
                     *           "endpoint": {
                     *             "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *             "name": "n8n orders",
                     *             "url": "https://n8n.example.com/webhook/orders"
                     *           },
                     *           "run": 1,
                     *           "fallbackOf": null,
                     *           "fallbackStep": 0,
                     *           "outcome": "connection_refused",
                     *           "statusCode": null,
                     *           "error": "connect ECONNREFUSED 192.0.2.10:443",
                     *           "advice": "All attempts are used up: once the endpoint answers again, retry the execution with POST /api/executions/:id/retry.",
                     *           "attemptCount": 8,
                     *           "lastAttemptAt": "2026-03-10T09:52:41.207Z",
                     *           "createdAt": "2026-03-10T09:30:00.431Z",
                     *           "finishedAt": "2026-03-10T09:52:41.223Z"
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["DeadLetter"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    redriveDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "filter": {
                 *         "endpointId": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                 *         "outcome": "connection_refused"
                 *       },
                 *       "ratePerSecond": 20
                 *     }
                 */
                "application/json": components["schemas"]["RedriveInput"];
            };
        };
        responses: {
            /** @description What a dry run counted. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "matched": 412,
                     *       "bounded": false
                     *     }
                     */
                    "application/json": components["schemas"]["RedriveDryRun"];
                };
            };
            /** @description It has begun. */
            202: {
                headers: {
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991c5f-8a14-7902-b3c7-e4609d2a5f18",
                     *       "kind": "dead_letters",
                     *       "state": "running",
                     *       "filter": {
                     *         "endpointId": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *         "outcome": "connection_refused"
                     *       },
                     *       "ratePerSecond": 20,
                     *       "total": 38,
                     *       "totalBounded": false,
                     *       "replayed": 0,
                     *       "skipped": 0,
                     *       "requestedBy": "api_key:01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *       "createdAt": "2026-03-10T10:20:00.000Z",
                     *       "finishedAt": null,
                     *       "executions": {
                     *         "queued": 0,
                     *         "running": 0,
                     *         "retrying": 0,
                     *         "waiting": 0,
                     *         "succeeded": 0,
                     *         "failed": 0,
                     *         "cancelled": 0,
                     *         "dead_lettered": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Replay"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            409: components["responses"]["hop_limit_reached"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["budget_exceeded.too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listWorkflows: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
                /** @description A part of the name, in upper or lower case. */
                name?: string;
                /** @description Only those that are, or are not. */
                isActive?: boolean;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *           "name": "Orders",
                     *           "description": "New orders of the shop.",
                     *           "isActive": true,
                     *           "webhook": {
                     *             "enabled": true,
                     *             "url": "https://hooks.example.com/api/webhooks/7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *             "authType": "hmac",
                     *             "hmac": {
                     *               "header": "x-hub-signature-256",
                     *               "algorithm": "sha256",
                     *               "encoding": "hex",
                     *               "prefix": "sha256=",
                     *               "payload": "{body}"
                     *             },
                     *             "provider": null,
                     *             "sender": null,
                     *             "missing": [],
                     *             "handshake": "none",
                     *             "verifyTokenSet": false,
                     *             "dedup": {
                     *               "source": "header:x-github-delivery",
                     *               "windowSeconds": 86400
                     *             },
                     *             "success": null,
                     *             "alerts": null,
                     *             "rateLimit": {
                     *               "max": 100,
                     *               "windowSeconds": 60
                     *             },
                     *             "maxBodyBytes": 262144,
                     *             "ipAllowlist": [
                     *               "203.0.113.0/24",
                     *               "2001:db8::/32"
                     *             ],
                     *             "payloadSchema": {
                     *               "type": "object",
                     *               "required": [
                     *                 "order"
                     *               ]
                     *             },
                     *             "publicUrl": null,
                     *             "secrets": [
                     *               {
                     *                 "id": "01991a77-20c6-7413-8d7a-6b20f59e3c18",
                     *                 "createdAt": "2026-03-02T08:15:00.000Z",
                     *                 "expiresAt": null,
                     *                 "lastUsedAt": "2026-03-10T09:30:00.417Z"
                     *               }
                     *             ],
                     *             "curl": "BODY='{\"hello\":\"world\"}'\nSIGNATURE=$(printf '%s' \"$BODY\" | openssl dgst -sha256 -hmac \"$SECRET\" -hex | sed 's/.* //')\ncurl -X POST 'https://hooks.example.com/api/webhooks/7891b16c-9f81-4005-9925-1f5b3f1783b0' -H \"x-hub-signature-256: sha256=$SIGNATURE\" -H 'content-type: application/json' --data-binary \"$BODY\""
                     *           },
                     *           "triggers": [
                     *             {
                     *               "id": "01991a77-20c5-7f2e-9b60-c81d93a2e047",
                     *               "triggerTypes": [
                     *                 "webhook",
                     *                 "manual"
                     *               ],
                     *               "forward": "request",
                     *               "filter": null,
                     *               "transform": null,
                     *               "awaitCallback": {
                     *                 "deadlineSeconds": 3600,
                     *                 "onOverdue": "fail",
                     *                 "confirm": "callback"
                     *               },
                     *               "fallback": [
                     *                 {
                     *                   "type": "endpoint",
                     *                   "endpointId": "01991a78-4e1b-7c09-92d4-7d3a0f6e85c1"
                     *                 },
                     *                 {
                     *                   "type": "alert"
                     *                 },
                     *                 {
                     *                   "type": "dead_letter"
                     *                 }
                     *               ],
                     *               "isActive": true,
                     *               "endpoint": {
                     *                 "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *                 "name": "n8n orders",
                     *                 "url": "https://n8n.example.com/webhook/orders",
                     *                 "timeoutMs": 30000,
                     *                 "retryPolicy": {
                     *                   "maxAttempts": 8,
                     *                   "baseMs": 1000,
                     *                   "capMs": 900000
                     *                 },
                     *                 "onAmbiguous": "retry",
                     *                 "retryWorkflowErrors": false,
                     *                 "payloadLimitBytes": 16777216,
                     *                 "headerNames": [
                     *                   "x-n8n-token"
                     *                 ],
                     *                 "hasInboundSecret": true,
                     *                 "pace": {
                     *                   "perSecond": 20,
                     *                   "concurrency": 5
                     *                 },
                     *                 "circuitBreaker": {
                     *                   "enabled": true,
                     *                   "failureRate": 0.5,
                     *                   "minimumAttempts": 20,
                     *                   "windowSeconds": 60,
                     *                   "openSeconds": 30
                     *                 },
                     *                 "events": [
                     *                   "order.created"
                     *                 ],
                     *                 "isActive": true,
                     *                 "createdAt": "2026-03-02T08:15:00.000Z",
                     *                 "updatedAt": "2026-03-02T08:15:00.000Z"
                     *               }
                     *             }
                     *           ],
                     *           "createdAt": "2026-03-02T08:15:00.000Z",
                     *           "updatedAt": "2026-03-02T08:15:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Workflow"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    createWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Orders",
                 *       "description": "New orders of the shop.",
                 *       "webhook": {
                 *         "authType": "hmac",
                 *         "hmac": {
                 *           "header": "x-hub-signature-256",
                 *           "algorithm": "sha256",
                 *           "encoding": "hex",
                 *           "prefix": "sha256=",
                 *           "payload": "{body}"
                 *         },
                 *         "rateLimit": {
                 *           "max": 100,
                 *           "windowSeconds": 60
                 *         }
                 *       },
                 *       "triggers": [
                 *         {
                 *           "endpoint": {
                 *             "url": "https://n8n.example.com/webhook/orders",
                 *             "name": "n8n orders",
                 *             "timeoutMs": 30000,
                 *             "headers": {
                 *               "x-n8n-token": "a-credential-of-the-webhook-node"
                 *             },
                 *             "pace": {
                 *               "perSecond": 20,
                 *               "concurrency": 5
                 *             }
                 *           },
                 *           "triggerTypes": [
                 *             "webhook",
                 *             "manual"
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["WorkflowInput"];
            };
        };
        responses: {
            /** @description With its webhook and where it delivers to. */
            201: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *       "name": "Orders",
                     *       "description": "New orders of the shop.",
                     *       "isActive": true,
                     *       "webhook": {
                     *         "enabled": true,
                     *         "url": "https://hooks.example.com/api/webhooks/7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *         "authType": "hmac",
                     *         "hmac": {
                     *           "header": "x-hub-signature-256",
                     *           "algorithm": "sha256",
                     *           "encoding": "hex",
                     *           "prefix": "sha256=",
                     *           "payload": "{body}"
                     *         },
                     *         "provider": null,
                     *         "sender": null,
                     *         "missing": [],
                     *         "handshake": "none",
                     *         "verifyTokenSet": false,
                     *         "dedup": {
                     *           "source": "header:x-github-delivery",
                     *           "windowSeconds": 86400
                     *         },
                     *         "success": null,
                     *         "alerts": null,
                     *         "rateLimit": {
                     *           "max": 100,
                     *           "windowSeconds": 60
                     *         },
                     *         "maxBodyBytes": 262144,
                     *         "ipAllowlist": [
                     *           "203.0.113.0/24",
                     *           "2001:db8::/32"
                     *         ],
                     *         "payloadSchema": {
                     *           "type": "object",
                     *           "required": [
                     *             "order"
                     *           ]
                     *         },
                     *         "publicUrl": null,
                     *         "secrets": [
                     *           {
                     *             "id": "01991a77-20c6-7413-8d7a-6b20f59e3c18",
                     *             "createdAt": "2026-03-02T08:15:00.000Z",
                     *             "expiresAt": null,
                     *             "lastUsedAt": null
                     *           }
                     *         ],
                     *         "curl": "BODY='{\"hello\":\"world\"}'\nSIGNATURE=$(printf '%s' \"$BODY\" | openssl dgst -sha256 -hmac \"$SECRET\" -hex | sed 's/.* //')\ncurl -X POST 'https://hooks.example.com/api/webhooks/7891b16c-9f81-4005-9925-1f5b3f1783b0' -H \"x-hub-signature-256: sha256=$SIGNATURE\" -H 'content-type: application/json' --data-binary \"$BODY\"",
                     *         "secret": "4c1f7e0d9a6b35e28f40c7d1b9263a58e7f014cd52ab986307de41f89b5c2a60"
                     *       },
                     *       "triggers": [
                     *         {
                     *           "id": "01991a77-20c5-7f2e-9b60-c81d93a2e047",
                     *           "triggerTypes": [
                     *             "webhook",
                     *             "manual"
                     *           ],
                     *           "forward": "request",
                     *           "filter": null,
                     *           "transform": null,
                     *           "awaitCallback": {
                     *             "deadlineSeconds": 3600,
                     *             "onOverdue": "fail",
                     *             "confirm": "callback"
                     *           },
                     *           "fallback": [
                     *             {
                     *               "type": "endpoint",
                     *               "endpointId": "01991a78-4e1b-7c09-92d4-7d3a0f6e85c1"
                     *             },
                     *             {
                     *               "type": "alert"
                     *             },
                     *             {
                     *               "type": "dead_letter"
                     *             }
                     *           ],
                     *           "isActive": true,
                     *           "endpoint": {
                     *             "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *             "name": "n8n orders",
                     *             "url": "https://n8n.example.com/webhook/orders",
                     *             "timeoutMs": 30000,
                     *             "retryPolicy": {
                     *               "maxAttempts": 8,
                     *               "baseMs": 1000,
                     *               "capMs": 900000
                     *             },
                     *             "onAmbiguous": "retry",
                     *             "retryWorkflowErrors": false,
                     *             "payloadLimitBytes": 16777216,
                     *             "headerNames": [
                     *               "x-n8n-token"
                     *             ],
                     *             "hasInboundSecret": true,
                     *             "pace": {
                     *               "perSecond": 20,
                     *               "concurrency": 5
                     *             },
                     *             "circuitBreaker": {
                     *               "enabled": true,
                     *               "failureRate": 0.5,
                     *               "minimumAttempts": 20,
                     *               "windowSeconds": 60,
                     *               "openSeconds": 30
                     *             },
                     *             "events": [
                     *               "order.created"
                     *             ],
                     *             "isActive": true,
                     *             "createdAt": "2026-03-02T08:15:00.000Z",
                     *             "updatedAt": "2026-03-02T08:15:00.000Z",
                     *             "secret": "whsec_c2lnbnMtd2hhdC1nb2VzLW91dC10by10aGlzLW4="
                     *           }
                     *         }
                     *       ],
                     *       "createdAt": "2026-03-02T08:15:00.000Z",
                     *       "updatedAt": "2026-03-02T08:15:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            409: components["responses"]["name_taken"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: answers 304 when nothing has changed since. */
                "if-none-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the workflow. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With its webhook and where it delivers to. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description What `If-None-Match` names is current. */
            304: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["workflow_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    deleteWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the workflow. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["workflow_not_found.organization_not_found"];
            412: components["responses"]["precondition_failed"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    changeWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the workflow. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        /** @description `triggers` replaces the whole set. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Orders of the shop",
                 *       "isActive": false
                 *     }
                 */
                "application/json": components["schemas"]["WorkflowChanges"];
            };
        };
        responses: {
            /** @description With its webhook and where it delivers to. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["workflow_not_found.organization_not_found"];
            409: components["responses"]["name_taken"];
            412: components["responses"]["precondition_failed"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getWebhookSettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: answers 304 when nothing has changed since. */
                "if-none-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the workflow. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How a webhook is verified, limited, answered and reached: what holds now, whether it was set or comes with the provider. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSettings"];
                };
            };
            /** @description What `If-None-Match` names is current. */
            304: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["workflow_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    changeWebhookSettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the workflow. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "rateLimit": {
                 *         "max": 100,
                 *         "windowSeconds": 60
                 *       },
                 *       "ipAllowlist": [
                 *         "203.0.113.0/24"
                 *       ],
                 *       "maxBodyBytes": null
                 *     }
                 */
                "application/json": components["schemas"]["WebhookChanges"];
            };
        };
        responses: {
            /** @description How a webhook is verified, limited, answered and reached: what holds now, whether it was set or comes with the provider. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSettings"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["workflow_not_found.organization_not_found"];
            412: components["responses"]["precondition_failed"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the workflow. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "overlapSeconds": 86400
                 *     }
                 */
                "application/json": components["schemas"]["SecretRotation"];
            };
        };
        responses: {
            /** @description The new secret. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991c3b-6e09-7d55-9a02-1c7e84f0b6d2",
                     *       "secret": "b80f4ad2671ce9357d42a1c06e98f3b5217d0ce46fa83b91d5e70284c6a91f3d",
                     *       "previousExpiresAt": "2026-03-11T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SecretRotated"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["workflow_not_found.organization_not_found"];
            412: components["responses"]["precondition_failed"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the workflow. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "body": {
                 *         "hello": "world"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookTest"];
            };
        };
        responses: {
            /** @description What was sent, and what was answered to it. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "request": {
                     *         "method": "POST",
                     *         "url": "https://hooks.example.com/api/webhooks/7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *         "headers": [
                     *           {
                     *             "name": "content-type",
                     *             "value": "application/json"
                     *           },
                     *           {
                     *             "name": "x-hub-signature-256",
                     *             "value": "sha256=1f6c0a9be4d27835c1a06fb2d94e7738c5b10f2a6d9e8374b60c52e7fa913d08"
                     *           }
                     *         ],
                     *         "body": "{\"hello\":\"world\"}"
                     *       },
                     *       "response": {
                     *         "status": 200,
                     *         "headers": [
                     *           {
                     *             "name": "content-type",
                     *             "value": "application/json; charset=utf-8"
                     *           }
                     *         ],
                     *         "body": {
                     *           "success": true,
                     *           "message": "Workflow triggered successfully",
                     *           "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *           "jobId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *           "executionId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *           "logId": "01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4",
                     *           "duplicate": false,
                     *           "timestamp": "2026-03-10T09:30:00.417Z"
                     *         }
                     *       },
                     *       "logId": "01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4",
                     *       "executionId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookTested"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["workflow_not_found.organization_not_found"];
            409: components["responses"]["cannot_sign.hop_limit_reached"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listWebhookProviders: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them, in the order of their names. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "name": "github",
                     *           "title": "GitHub",
                     *           "signature": "In the header x-hub-signature-256, after \"sha256=\": HMAC-SHA256 of {body}, in hex. The secret is text.",
                     *           "secret": {
                     *             "kind": "chosen",
                     *             "paste": "Choose a secret (or let one be generated here) and enter the same one as the secret of the webhook, under Settings > Webhooks."
                     *           },
                     *           "toleranceSeconds": null,
                     *           "needsPublicUrl": false,
                     *           "answerWithinSeconds": 10,
                     *           "eventId": "header:x-github-delivery",
                     *           "eventType": "header:x-github-event",
                     *           "dedupByDefault": true,
                     *           "handshake": "none",
                     *           "success": null,
                     *           "quirks": [
                     *             "Does not retry by itself: redeliver by hand, or over its API."
                     *           ],
                     *           "evidence": "sdk"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookProviders"];
                };
            };
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
                /** @description A part of the name, in upper or lower case. */
                name?: string;
                /** @description Only those that are, or are not. */
                isActive?: boolean;
                /** @description Only those that no trigger of any workflow leads to, or only the others. */
                unused?: boolean;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *           "name": "n8n orders",
                     *           "url": "https://n8n.example.com/webhook/orders",
                     *           "timeoutMs": 30000,
                     *           "retryPolicy": {
                     *             "maxAttempts": 8,
                     *             "baseMs": 1000,
                     *             "capMs": 900000
                     *           },
                     *           "onAmbiguous": "retry",
                     *           "retryWorkflowErrors": false,
                     *           "payloadLimitBytes": 16777216,
                     *           "headerNames": [
                     *             "x-n8n-token"
                     *           ],
                     *           "hasInboundSecret": true,
                     *           "pace": {
                     *             "perSecond": 20,
                     *             "concurrency": 5
                     *           },
                     *           "circuitBreaker": {
                     *             "enabled": true,
                     *             "failureRate": 0.5,
                     *             "minimumAttempts": 20,
                     *             "windowSeconds": 60,
                     *             "openSeconds": 30
                     *           },
                     *           "events": [
                     *             "order.created"
                     *           ],
                     *           "isActive": true,
                     *           "createdAt": "2026-03-02T08:15:00.000Z",
                     *           "updatedAt": "2026-03-02T08:15:00.000Z",
                     *           "circuit": {
                     *             "state": "closed",
                     *             "openUntil": null
                     *           }
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["ShownEndpoint"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    createWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description Either `url` or `path`. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://n8n.example.com/webhook/orders",
                 *       "name": "n8n orders",
                 *       "timeoutMs": 30000,
                 *       "headers": {
                 *         "x-n8n-token": "a-credential-of-the-webhook-node"
                 *       },
                 *       "pace": {
                 *         "perSecond": 20,
                 *         "concurrency": 5
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookEndpointInput"];
            };
        };
        responses: {
            /** @description Where executions are delivered. */
            201: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["n8n_not_shared.insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            409: components["responses"]["name_taken"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: answers 304 when nothing has changed since. */
                "if-none-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the webhook endpoint. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An endpoint, and whether it is left alone because it fails. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *       "name": "n8n orders",
                     *       "url": "https://n8n.example.com/webhook/orders",
                     *       "timeoutMs": 30000,
                     *       "retryPolicy": {
                     *         "maxAttempts": 8,
                     *         "baseMs": 1000,
                     *         "capMs": 900000
                     *       },
                     *       "onAmbiguous": "retry",
                     *       "retryWorkflowErrors": false,
                     *       "payloadLimitBytes": 16777216,
                     *       "headerNames": [
                     *         "x-n8n-token"
                     *       ],
                     *       "hasInboundSecret": true,
                     *       "pace": {
                     *         "perSecond": 20,
                     *         "concurrency": 5
                     *       },
                     *       "circuitBreaker": {
                     *         "enabled": true,
                     *         "failureRate": 0.5,
                     *         "minimumAttempts": 20,
                     *         "windowSeconds": 60,
                     *         "openSeconds": 30
                     *       },
                     *       "events": [
                     *         "order.created"
                     *       ],
                     *       "isActive": true,
                     *       "createdAt": "2026-03-02T08:15:00.000Z",
                     *       "updatedAt": "2026-03-02T08:15:00.000Z",
                     *       "circuit": {
                     *         "state": "closed",
                     *         "openUntil": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ShownEndpoint"];
                };
            };
            /** @description What `If-None-Match` names is current. */
            304: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["endpoint_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    deleteWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the webhook endpoint. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["endpoint_not_found.organization_not_found"];
            409: components["responses"]["endpoint_in_use"];
            412: components["responses"]["precondition_failed"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    changeWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the webhook endpoint. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        /** @description What is left out stays; what is given replaces the whole of it, `headers` and `retryPolicy` too. `pace: null` takes the pace away. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "pace": {
                 *         "perSecond": 50
                 *       },
                 *       "headers": {}
                 *     }
                 */
                "application/json": components["schemas"]["WebhookEndpointChanges"];
            };
        };
        responses: {
            /** @description Where executions are delivered. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *       "name": "n8n orders",
                     *       "url": "https://n8n.example.com/webhook/orders",
                     *       "timeoutMs": 30000,
                     *       "retryPolicy": {
                     *         "maxAttempts": 8,
                     *         "baseMs": 1000,
                     *         "capMs": 900000
                     *       },
                     *       "onAmbiguous": "retry",
                     *       "retryWorkflowErrors": false,
                     *       "payloadLimitBytes": 16777216,
                     *       "headerNames": [
                     *         "x-n8n-token"
                     *       ],
                     *       "hasInboundSecret": true,
                     *       "pace": {
                     *         "perSecond": 20,
                     *         "concurrency": 5
                     *       },
                     *       "circuitBreaker": {
                     *         "enabled": true,
                     *         "failureRate": 0.5,
                     *         "minimumAttempts": 20,
                     *         "windowSeconds": 60,
                     *         "openSeconds": 30
                     *       },
                     *       "events": [
                     *         "order.created"
                     *       ],
                     *       "isActive": true,
                     *       "createdAt": "2026-03-02T08:15:00.000Z",
                     *       "updatedAt": "2026-03-02T08:15:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["n8n_not_shared.insufficient_scope"];
            404: components["responses"]["endpoint_not_found.organization_not_found"];
            409: components["responses"]["name_taken"];
            412: components["responses"]["precondition_failed"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    rotateWebhookEndpointSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the webhook endpoint. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["EndpointSecretInput"];
            };
        };
        responses: {
            /** @description The new secret. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "endpointId": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *       "secret": "whsec_c2lnbnMtd2hhdC1nb2VzLW91dC10by10aGlzLW4="
                     *     }
                     */
                    "application/json": components["schemas"]["EndpointSecret"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["endpoint_not_found.organization_not_found"];
            412: components["responses"]["precondition_failed"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    rotateInboundSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the webhook endpoint. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "overlapSeconds": 86400
                 *     }
                 */
                "application/json": components["schemas"]["InboundSecretRotation"];
            };
        };
        responses: {
            /** @description The new secret. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991a77-20c6-7413-8d7a-6b20f59e3c18",
                     *       "secret": "whsec_dmVyaWZpZXMtd2hhdC1jb21lcy1iYWNrLWZyb20=",
                     *       "previousExpiresAt": "2026-03-10T09:30:00.512Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SecretRotated"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["endpoint_not_found.organization_not_found"];
            412: components["responses"]["precondition_failed"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listWorkflowTriggers: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
                /** @description Of this workflow only. */
                workflowId?: components["schemas"]["Id"];
                /** @description That lead to this endpoint only, be it as a fallback. */
                endpointId?: components["schemas"]["Id"];
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01991a77-20c5-7f2e-9b60-c81d93a2e047",
                     *           "triggerTypes": [
                     *             "webhook",
                     *             "manual"
                     *           ],
                     *           "forward": "request",
                     *           "filter": null,
                     *           "transform": null,
                     *           "awaitCallback": {
                     *             "deadlineSeconds": 3600,
                     *             "onOverdue": "fail",
                     *             "confirm": "callback"
                     *           },
                     *           "fallback": [
                     *             {
                     *               "type": "endpoint",
                     *               "endpointId": "01991a78-4e1b-7c09-92d4-7d3a0f6e85c1"
                     *             },
                     *             {
                     *               "type": "alert"
                     *             },
                     *             {
                     *               "type": "dead_letter"
                     *             }
                     *           ],
                     *           "isActive": true,
                     *           "endpoint": {
                     *             "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *             "name": "n8n orders",
                     *             "url": "https://n8n.example.com/webhook/orders",
                     *             "timeoutMs": 30000,
                     *             "retryPolicy": {
                     *               "maxAttempts": 8,
                     *               "baseMs": 1000,
                     *               "capMs": 900000
                     *             },
                     *             "onAmbiguous": "retry",
                     *             "retryWorkflowErrors": false,
                     *             "payloadLimitBytes": 16777216,
                     *             "headerNames": [
                     *               "x-n8n-token"
                     *             ],
                     *             "hasInboundSecret": true,
                     *             "pace": {
                     *               "perSecond": 20,
                     *               "concurrency": 5
                     *             },
                     *             "circuitBreaker": {
                     *               "enabled": true,
                     *               "failureRate": 0.5,
                     *               "minimumAttempts": 20,
                     *               "windowSeconds": 60,
                     *               "openSeconds": 30
                     *             },
                     *             "events": [
                     *               "order.created"
                     *             ],
                     *             "isActive": true,
                     *             "createdAt": "2026-03-02T08:15:00.000Z",
                     *             "updatedAt": "2026-03-02T08:15:00.000Z"
                     *           },
                     *           "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *           "createdAt": "2026-03-02T08:15:00.000Z",
                     *           "updatedAt": "2026-03-02T08:15:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["WorkflowTrigger"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    createWorkflowTrigger: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description Either `endpoint` (a new one) or `endpointId`. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                 *       "endpointId": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                 *       "forward": "envelope",
                 *       "filter": "body.order.total > 100",
                 *       "awaitCallback": {
                 *         "deadlineSeconds": 600,
                 *         "onOverdue": "retry"
                 *       },
                 *       "fallback": [
                 *         {
                 *           "type": "alert"
                 *         },
                 *         {
                 *           "type": "dead_letter"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["WorkflowTriggerInput"];
            };
        };
        responses: {
            /** @description Which executions of a workflow are delivered to which endpoint. */
            201: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowTrigger"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            409: components["responses"]["name_taken"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getWorkflowTrigger: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: answers 304 when nothing has changed since. */
                "if-none-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the workflow trigger. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Which executions of a workflow are delivered to which endpoint. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowTrigger"];
                };
            };
            /** @description What `If-None-Match` names is current. */
            304: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["trigger_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    deleteWorkflowTrigger: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the workflow trigger. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["trigger_not_found.organization_not_found"];
            412: components["responses"]["precondition_failed"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    changeWorkflowTrigger: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the workflow trigger. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        /** @description What is left out stays. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "filter": null,
                 *       "transform": "{ \"order\": body.order.id }"
                 *     }
                 */
                "application/json": components["schemas"]["WorkflowTriggerChanges"];
            };
        };
        responses: {
            /** @description Which executions of a workflow are delivered to which endpoint. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowTrigger"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["trigger_not_found.organization_not_found"];
            412: components["responses"]["precondition_failed"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listWebhookLogs: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
                /** @description Of this workflow only. */
                workflowId?: components["schemas"]["Id"];
                /** @description Whether the request was accepted. */
                success?: boolean;
                /** @description What it was meant to be answered with. */
                statusCode?: number;
                /** @description Why it was refused. */
                errorCode?: string;
                /** @description The state of the execution it started. */
                executionStatus?: components["schemas"]["ExecutionStatus"];
                /** @description Received at this time or later. */
                from?: string;
                /** @description Received before this time. */
                to?: string;
                /** @description The address it came from, v4 or v6. */
                sourceIp?: string;
                /** @description Text in the body, as its bytes were sent: the letters a to z match in either case, everything else exactly, and JSON is not decoded. Needs `workflowId`, or `from` and `to` at most 24 hours apart. */
                q?: string;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4",
                     *           "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *           "executionId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *           "requestId": "9f2c4be17a30d586-2s",
                     *           "receivedAt": "2026-03-10T09:30:00.417Z",
                     *           "duplicate": false,
                     *           "handshake": null,
                     *           "method": "POST",
                     *           "query": "source=shop",
                     *           "sourceIp": "203.0.113.7",
                     *           "size": 32,
                     *           "success": true,
                     *           "statusCode": 200,
                     *           "errorCode": null,
                     *           "answeredStatus": 200,
                     *           "diagnosisCodes": null
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["WebhookLogSummary"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.search_too_wide.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["budget_exceeded.too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getWebhookLog: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the webhook log. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A request as it came, and what became of it. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4",
                     *       "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *       "executionId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *       "requestId": "9f2c4be17a30d586-2s",
                     *       "receivedAt": "2026-03-10T09:30:00.417Z",
                     *       "duplicate": false,
                     *       "handshake": null,
                     *       "request": {
                     *         "method": "POST",
                     *         "query": "source=shop",
                     *         "headers": [
                     *           {
                     *             "name": "Content-Type",
                     *             "value": "application/json"
                     *           },
                     *           {
                     *             "name": "X-Hub-Signature-256",
                     *             "value": "sha256=5f1c7b0e4a9d26837ce0b1f5942d8a6e3b70c4d19f825ea6073bd1c8e94f2a56"
                     *           }
                     *         ],
                     *         "sourceIp": "203.0.113.7",
                     *         "body": {
                     *           "order": {
                     *             "id": 1001,
                     *             "total": 42
                     *           }
                     *         },
                     *         "bodyEncoding": "json",
                     *         "size": 32,
                     *         "sha256": "ba6c3955c3d9df999385c5d7e16ba991eb04ebd5921694199c9f9687617f870a"
                     *       },
                     *       "response": {
                     *         "success": true,
                     *         "statusCode": 200,
                     *         "errorCode": null,
                     *         "answeredStatus": 200
                     *       },
                     *       "diagnosis": null,
                     *       "execution": {
                     *         "id": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *         "status": "succeeded",
                     *         "url": "/api/executions/01991c2a-7b3e-7c41-9d52-441f0ce2a9b6"
                     *       },
                     *       "timing": {
                     *         "receivedAt": "2026-03-10T09:30:00.417Z",
                     *         "executionStartedAt": "2026-03-10T09:30:00.431Z",
                     *         "executionFinishedAt": "2026-03-10T09:30:00.512Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookLog"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["webhook_log_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    exportWebhookLogs: {
        parameters: {
            query?: {
                /** @description What to export it as. */
                format?: "ndjson" | "csv";
                /** @description Of this workflow only. */
                workflowId?: components["schemas"]["Id"];
                /** @description Whether the request was accepted. */
                success?: boolean;
                /** @description What it was meant to be answered with. */
                statusCode?: number;
                /** @description Why it was refused. */
                errorCode?: string;
                /** @description The state of the execution it started. */
                executionStatus?: components["schemas"]["ExecutionStatus"];
                /** @description Received at this time or later. */
                from?: string;
                /** @description Received before this time. */
                to?: string;
                /** @description The address it came from, v4 or v6. */
                sourceIp?: string;
                /** @description Text in the body, as its bytes were sent: the letters a to z match in either case, everything else exactly, and JSON is not decoded. Needs `workflowId`, or `from` and `to` at most 24 hours apart. */
                q?: string;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export. */
            200: {
                headers: {
                    /** @description A name for the file. */
                    "content-disposition": string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example {"id":"01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4","workflowId":"7891b16c-9f81-4005-9925-1f5b3f1783b0","executionId":"01991c2a-7b3e-7c41-9d52-441f0ce2a9b6","requestId":"9f2c4be17a30d586-2s","receivedAt":"2026-03-10T09:30:00.417Z","duplicate":false,"handshake":null,"method":"POST","query":"source=shop","sourceIp":"203.0.113.7","size":32,"success":true,"statusCode":200,"errorCode":null,"answeredStatus":200,"diagnosisCodes":null,"sha256":"ba6c3955c3d9df999385c5d7e16ba991eb04ebd5921694199c9f9687617f870a","headers":[{"name":"Content-Type","value":"application/json"},{"name":"X-Hub-Signature-256","value":"sha256=5f1c7b0e4a9d26837ce0b1f5942d8a6e3b70c4d19f825ea6073bd1c8e94f2a56"}],"body":{"order":{"id":1001,"total":42}},"bodyEncoding":"json"} */
                    "application/x-ndjson": string;
                    /**
                     * @example id,receivedAt,workflowId,executionId,requestId,method,query,sourceIp,success,statusCode,errorCode,answeredStatus,headers,size,sha256,bodyEncoding,body
                     *     01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4,2026-03-10T09:30:00.417Z,7891b16c-9f81-4005-9925-1f5b3f1783b0,01991c2a-7b3e-7c41-9d52-441f0ce2a9b6,9f2c4be17a30d586-2s,POST,source=shop,203.0.113.7,true,200,,200,"[{""name"":""Content-Type"",""value"":""application/json""}]",32,ba6c3955c3d9df999385c5d7e16ba991eb04ebd5921694199c9f9687617f870a,text,"{""order"":{""id"":1001,""total"":42}}"
                     */
                    "text/csv": string;
                };
            };
            400: components["responses"]["search_too_wide.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["budget_exceeded.too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    retryWebhookLog: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the webhook log. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A new execution of the same bytes. */
            202: {
                headers: {
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "executionId": "01991c5f-93a0-7e66-a4b8-0d5c1e72f9a3",
                     *       "replayOf": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *       "logId": "01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4",
                     *       "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *       "timestamp": "2026-03-10T10:20:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["LogReplayed"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["webhook_log_not_found.workflow_not_found.organization_not_found"];
            409: components["responses"]["body_not_kept.execution_workflow_inactive.hop_limit_reached"];
            410: components["responses"]["body_expired"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    retryWebhookLogs: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "filter": {
                 *         "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                 *         "executionStatus": "failed",
                 *         "from": "2026-03-10T08:00:00.000Z",
                 *         "to": "2026-03-10T10:00:00.000Z"
                 *       },
                 *       "ratePerSecond": 20
                 *     }
                 */
                "application/json": components["schemas"]["ReplayInput"];
            };
        };
        responses: {
            /** @description What a dry run counted. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "matched": 412,
                     *       "bounded": false
                     *     }
                     */
                    "application/json": components["schemas"]["DryRun"];
                };
            };
            /** @description It has begun. */
            202: {
                headers: {
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991c5f-8a14-7902-b3c7-e4609d2a5f18",
                     *       "kind": "webhook_logs",
                     *       "state": "running",
                     *       "filter": {
                     *         "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *         "executionStatus": "failed",
                     *         "from": "2026-03-10T08:00:00.000Z",
                     *         "to": "2026-03-10T10:00:00.000Z"
                     *       },
                     *       "ratePerSecond": 20,
                     *       "total": 412,
                     *       "totalBounded": false,
                     *       "replayed": 0,
                     *       "skipped": 0,
                     *       "requestedBy": "api_key:01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *       "createdAt": "2026-03-10T10:20:00.000Z",
                     *       "finishedAt": null,
                     *       "executions": {
                     *         "queued": 0,
                     *         "running": 0,
                     *         "retrying": 0,
                     *         "waiting": 0,
                     *         "succeeded": 0,
                     *         "failed": 0,
                     *         "cancelled": 0,
                     *         "dead_lettered": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Replay"];
                };
            };
            400: components["responses"]["search_too_wide.validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            409: components["responses"]["hop_limit_reached"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["budget_exceeded.too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listReplays: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01991c5f-8a14-7902-b3c7-e4609d2a5f18",
                     *           "kind": "webhook_logs",
                     *           "state": "completed",
                     *           "filter": {
                     *             "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *             "executionStatus": "failed",
                     *             "from": "2026-03-10T08:00:00.000Z",
                     *             "to": "2026-03-10T10:00:00.000Z"
                     *           },
                     *           "ratePerSecond": 20,
                     *           "total": 412,
                     *           "totalBounded": false,
                     *           "replayed": 409,
                     *           "skipped": 3,
                     *           "requestedBy": "api_key:01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *           "createdAt": "2026-03-10T10:20:00.000Z",
                     *           "finishedAt": "2026-03-10T10:20:21.480Z"
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["ReplaySummary"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getReplay: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the replay. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Many webhooks, or dead letters, that run again. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991c5f-8a14-7902-b3c7-e4609d2a5f18",
                     *       "kind": "webhook_logs",
                     *       "state": "completed",
                     *       "filter": {
                     *         "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *         "executionStatus": "failed",
                     *         "from": "2026-03-10T08:00:00.000Z",
                     *         "to": "2026-03-10T10:00:00.000Z"
                     *       },
                     *       "ratePerSecond": 20,
                     *       "total": 412,
                     *       "totalBounded": false,
                     *       "replayed": 409,
                     *       "skipped": 3,
                     *       "requestedBy": "api_key:01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *       "createdAt": "2026-03-10T10:20:00.000Z",
                     *       "finishedAt": "2026-03-10T10:20:21.480Z",
                     *       "executions": {
                     *         "queued": 0,
                     *         "running": 4,
                     *         "retrying": 0,
                     *         "waiting": 0,
                     *         "succeeded": 403,
                     *         "failed": 2,
                     *         "cancelled": 0,
                     *         "dead_lettered": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Replay"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["replay_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    cancelReplay: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the replay. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Many webhooks, or dead letters, that run again. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991c5f-8a14-7902-b3c7-e4609d2a5f18",
                     *       "kind": "webhook_logs",
                     *       "state": "cancelled",
                     *       "filter": {
                     *         "workflowId": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *         "executionStatus": "failed",
                     *         "from": "2026-03-10T08:00:00.000Z",
                     *         "to": "2026-03-10T10:00:00.000Z"
                     *       },
                     *       "ratePerSecond": 20,
                     *       "total": 412,
                     *       "totalBounded": false,
                     *       "replayed": 120,
                     *       "skipped": 0,
                     *       "requestedBy": "api_key:01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *       "createdAt": "2026-03-10T10:20:00.000Z",
                     *       "finishedAt": "2026-03-10T10:20:21.480Z",
                     *       "executions": {
                     *         "queued": 0,
                     *         "running": 4,
                     *         "retrying": 0,
                     *         "waiting": 0,
                     *         "succeeded": 116,
                     *         "failed": 0,
                     *         "cancelled": 0,
                     *         "dead_lettered": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Replay"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["replay_not_found.organization_not_found"];
            409: components["responses"]["replay_not_cancellable"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
                /** @description Of this workflow only. */
                workflowId?: components["schemas"]["Id"];
                /** @description Only those of this kind. */
                kind?: components["schemas"]["AlertKind"];
                /** @description `open`: what is unusual now. `ended`: what is over. */
                status?: "open" | "ended";
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01991c2a-8e17-7b3d-a60f-2c94d17e5b08",
                     *           "kind": "authentication_failures",
                     *           "status": "open",
                     *           "workflow": {
                     *             "id": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *             "name": "Orders"
                     *           },
                     *           "startedAt": "2026-03-10T09:30:00.417Z",
                     *           "lastSeenAt": "2026-03-10T09:31:15.482Z",
                     *           "endedAt": null,
                     *           "endReason": null,
                     *           "counted": {
                     *             "failures": 25,
                     *             "reasons": [
                     *               {
                     *                 "reason": "signature_mismatch",
                     *                 "count": 25
                     *               }
                     *             ],
                     *             "sources": [
                     *               {
                     *                 "sourceIp": "203.0.113.24",
                     *                 "count": 20
                     *               }
                     *             ]
                     *           },
                     *           "threshold": {
                     *             "count": 20
                     *           },
                     *           "windowSeconds": 300,
                     *           "advice": "GET /api/webhook-logs?workflowId=7891b16c-9f81-4005-9925-1f5b3f1783b0&success=false shows the refused requests, and GET /api/webhook-logs/:id of one why it was refused. If they are the sender's, compare its secret and settings with GET /api/workflows/7891b16c-9f81-4005-9925-1f5b3f1783b0/webhook; if they are a stranger's, set ipAllowlist with PATCH of the same path."
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Alert"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listOrganizations: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01990f3e-5d20-7a11-8c44-90b1d2e7f655",
                     *           "name": "Shop",
                     *           "slug": "shop",
                     *           "budgets": {
                     *             "diagnosis_ms": 100
                     *           },
                     *           "createdAt": "2026-03-02T08:15:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Organization"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    createOrganization: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Shop",
                 *       "slug": "shop"
                 *     }
                 */
                "application/json": components["schemas"]["OrganizationInput"];
            };
        };
        responses: {
            /** @description A tenant of this service. */
            201: {
                headers: {
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            409: components["responses"]["name_taken"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getOrganization: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the organization. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A tenant of this service. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    changeOrganization: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the organization. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrganizationChanges"];
            };
        };
        responses: {
            /** @description A tenant of this service. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *           "name": "checkout service",
                     *           "prefix": "hg_k3VxQ",
                     *           "scopes": [
                     *             "workflows:read",
                     *             "executions:write"
                     *           ],
                     *           "createdAt": "2026-03-02T08:15:00.000Z",
                     *           "expiresAt": "2027-03-01T00:00:00.000Z",
                     *           "lastUsedAt": "2026-03-10T09:30:00.417Z",
                     *           "revokedAt": null
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["ApiKey"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "checkout service",
                 *       "scopes": [
                 *         "workflows:read",
                 *         "executions:write"
                 *       ],
                 *       "expiresAt": "2027-03-01T00:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ApiKeyInput"];
            };
        };
        responses: {
            /** @description The new key. */
            201: {
                headers: {
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *       "name": "checkout service",
                     *       "prefix": "hg_k3VxQ",
                     *       "scopes": [
                     *         "workflows:read",
                     *         "executions:write"
                     *       ],
                     *       "createdAt": "2026-03-02T08:15:00.000Z",
                     *       "expiresAt": "2027-03-01T00:00:00.000Z",
                     *       "lastUsedAt": null,
                     *       "revokedAt": null,
                     *       "key": "hg_k3VxQ0example0key0that0opens0nothing"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyCreated"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["not_grantable.insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the API key. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is known of a key, without the key. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *       "name": "checkout service",
                     *       "prefix": "hg_k3VxQ",
                     *       "scopes": [
                     *         "workflows:read",
                     *         "executions:write"
                     *       ],
                     *       "createdAt": "2026-03-02T08:15:00.000Z",
                     *       "expiresAt": "2027-03-01T00:00:00.000Z",
                     *       "lastUsedAt": "2026-03-10T09:30:00.417Z",
                     *       "revokedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["api_key_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the API key. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["api_key_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getUsage: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As counted by the process that answers. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "budget": "diagnosis_ms",
                     *           "organizationId": "01990f3e-5d20-7a11-8c44-90b1d2e7f655",
                     *           "description": "Finding out why webhooks were refused.",
                     *           "unit": "ms of processor time a second",
                     *           "limit": 25,
                     *           "used": 12.4,
                     *           "nearlyUsedUp": false,
                     *           "refused": 0,
                     *           "setting": "DIAGNOSIS_MS_PER_SECOND",
                     *           "whenUsedUp": "The refusal is logged without a diagnosis, and says so."
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Usage"];
                };
            };
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listN8nWorkflows: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
                /** @description A part of the name, in upper or lower case. */
                name?: string;
                /** @description Only those that are, or are not. */
                isActive?: boolean;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "ihoqPgiow13Smf7v",
                     *           "name": "New order",
                     *           "isActive": true,
                     *           "createdAt": "2026-03-02T08:15:00.000Z",
                     *           "updatedAt": "2026-03-02T08:15:00.000Z",
                     *           "webhooks": [
                     *             {
                     *               "nodeName": "Webhook",
                     *               "path": "orders",
                     *               "pathParameters": [],
                     *               "methods": [
                     *                 "POST"
                     *               ],
                     *               "authentication": "headerAuth",
                     *               "responseMode": "onReceived",
                     *               "productionUrl": "https://n8n.example.com/webhook/orders"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": null,
                     *       "isComplete": true,
                     *       "skipped": 0,
                     *       "readAt": "2026-03-10T09:30:00.417Z"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["N8nWorkflow"][];
                        /** @description Where the next page begins; null: this was the last. */
                        nextCursor: string | null;
                        /** @description false: n8n has more workflows than are read of it, which are 5,000. */
                        isComplete: boolean;
                        /** @description Workflows that n8n lists in a form that Hookgate does not know: they are left out. */
                        skipped: number;
                        /**
                         * Format: date-time
                         * @description When this was read from n8n: at most five seconds ago.
                         */
                        readAt: string;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["n8n_not_shared.insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            409: components["responses"]["n8n_not_configured"];
            429: components["responses"]["too_many_unknown_names"];
            502: components["responses"]["n8n_unreachable.n8n_api_refused.n8n_api_forbidden.n8n_unexpected_answer"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            504: components["responses"]["n8n_timeout"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    registerN8nWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id that the workflow has in n8n. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "nodeName": "Webhook",
                 *       "workflow": {
                 *         "name": "Orders",
                 *         "webhook": {
                 *           "authType": "hmac"
                 *         }
                 *       },
                 *       "endpoint": {
                 *         "headers": {
                 *           "x-n8n-token": "a-credential-of-the-webhook-node"
                 *         },
                 *         "pace": {
                 *           "perSecond": 20
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["N8nRegistration"];
            };
        };
        responses: {
            /** @description It was there already. */
            200: {
                headers: {
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "workflow": {
                     *         "id": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *         "name": "Orders",
                     *         "description": "New orders of the shop.",
                     *         "isActive": true,
                     *         "webhook": {
                     *           "enabled": true,
                     *           "url": "https://hooks.example.com/api/webhooks/7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *           "authType": "hmac",
                     *           "hmac": {
                     *             "header": "x-hub-signature-256",
                     *             "algorithm": "sha256",
                     *             "encoding": "hex",
                     *             "prefix": "sha256=",
                     *             "payload": "{body}"
                     *           },
                     *           "provider": null,
                     *           "sender": null,
                     *           "missing": [],
                     *           "handshake": "none",
                     *           "verifyTokenSet": false,
                     *           "dedup": {
                     *             "source": "header:x-github-delivery",
                     *             "windowSeconds": 86400
                     *           },
                     *           "success": null,
                     *           "alerts": null,
                     *           "rateLimit": {
                     *             "max": 100,
                     *             "windowSeconds": 60
                     *           },
                     *           "maxBodyBytes": 262144,
                     *           "ipAllowlist": [
                     *             "203.0.113.0/24",
                     *             "2001:db8::/32"
                     *           ],
                     *           "payloadSchema": {
                     *             "type": "object",
                     *             "required": [
                     *               "order"
                     *             ]
                     *           },
                     *           "publicUrl": null,
                     *           "secrets": [
                     *             {
                     *               "id": "01991a77-20c6-7413-8d7a-6b20f59e3c18",
                     *               "createdAt": "2026-03-02T08:15:00.000Z",
                     *               "expiresAt": null,
                     *               "lastUsedAt": "2026-03-10T09:30:00.417Z"
                     *             }
                     *           ],
                     *           "curl": "BODY='{\"hello\":\"world\"}'\nSIGNATURE=$(printf '%s' \"$BODY\" | openssl dgst -sha256 -hmac \"$SECRET\" -hex | sed 's/.* //')\ncurl -X POST 'https://hooks.example.com/api/webhooks/7891b16c-9f81-4005-9925-1f5b3f1783b0' -H \"x-hub-signature-256: sha256=$SIGNATURE\" -H 'content-type: application/json' --data-binary \"$BODY\""
                     *         },
                     *         "triggers": [
                     *           {
                     *             "id": "01991a77-20c5-7f2e-9b60-c81d93a2e047",
                     *             "triggerTypes": [
                     *               "webhook",
                     *               "manual"
                     *             ],
                     *             "forward": "request",
                     *             "filter": null,
                     *             "transform": null,
                     *             "awaitCallback": {
                     *               "deadlineSeconds": 3600,
                     *               "onOverdue": "fail",
                     *               "confirm": "callback"
                     *             },
                     *             "fallback": [
                     *               {
                     *                 "type": "endpoint",
                     *                 "endpointId": "01991a78-4e1b-7c09-92d4-7d3a0f6e85c1"
                     *               },
                     *               {
                     *                 "type": "alert"
                     *               },
                     *               {
                     *                 "type": "dead_letter"
                     *               }
                     *             ],
                     *             "isActive": true,
                     *             "endpoint": {
                     *               "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *               "name": "n8n orders",
                     *               "url": "https://n8n.example.com/webhook/orders",
                     *               "timeoutMs": 30000,
                     *               "retryPolicy": {
                     *                 "maxAttempts": 8,
                     *                 "baseMs": 1000,
                     *                 "capMs": 900000
                     *               },
                     *               "onAmbiguous": "retry",
                     *               "retryWorkflowErrors": false,
                     *               "payloadLimitBytes": 16777216,
                     *               "headerNames": [
                     *                 "x-n8n-token"
                     *               ],
                     *               "hasInboundSecret": true,
                     *               "pace": {
                     *                 "perSecond": 20,
                     *                 "concurrency": 5
                     *               },
                     *               "circuitBreaker": {
                     *                 "enabled": true,
                     *                 "failureRate": 0.5,
                     *                 "minimumAttempts": 20,
                     *                 "windowSeconds": 60,
                     *                 "openSeconds": 30
                     *               },
                     *               "events": [
                     *                 "order.created"
                     *               ],
                     *               "isActive": true,
                     *               "createdAt": "2026-03-02T08:15:00.000Z",
                     *               "updatedAt": "2026-03-02T08:15:00.000Z"
                     *             }
                     *           }
                     *         ],
                     *         "createdAt": "2026-03-02T08:15:00.000Z",
                     *         "updatedAt": "2026-03-02T08:15:00.000Z"
                     *       },
                     *       "endpointId": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *       "triggerId": "01991a77-20c5-7f2e-9b60-c81d93a2e047",
                     *       "webhook": {
                     *         "nodeName": "Webhook",
                     *         "path": "orders",
                     *         "pathParameters": [],
                     *         "methods": [
                     *           "POST"
                     *         ],
                     *         "authentication": "headerAuth",
                     *         "responseMode": "onReceived",
                     *         "productionUrl": "https://n8n.example.com/webhook/orders"
                     *       },
                     *       "warnings": []
                     *     }
                     */
                    "application/json": components["schemas"]["N8nRegistered"];
                };
            };
            /** @description What leads to n8n now. Secrets that were generated are in this answer and in no other. */
            201: {
                headers: {
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "workflow": {
                     *         "id": "7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *         "name": "Orders",
                     *         "description": "New orders of the shop.",
                     *         "isActive": true,
                     *         "webhook": {
                     *           "enabled": true,
                     *           "url": "https://hooks.example.com/api/webhooks/7891b16c-9f81-4005-9925-1f5b3f1783b0",
                     *           "authType": "hmac",
                     *           "hmac": {
                     *             "header": "x-hub-signature-256",
                     *             "algorithm": "sha256",
                     *             "encoding": "hex",
                     *             "prefix": "sha256=",
                     *             "payload": "{body}"
                     *           },
                     *           "provider": null,
                     *           "sender": null,
                     *           "missing": [],
                     *           "handshake": "none",
                     *           "verifyTokenSet": false,
                     *           "dedup": {
                     *             "source": "header:x-github-delivery",
                     *             "windowSeconds": 86400
                     *           },
                     *           "success": null,
                     *           "alerts": null,
                     *           "rateLimit": {
                     *             "max": 100,
                     *             "windowSeconds": 60
                     *           },
                     *           "maxBodyBytes": 262144,
                     *           "ipAllowlist": [
                     *             "203.0.113.0/24",
                     *             "2001:db8::/32"
                     *           ],
                     *           "payloadSchema": {
                     *             "type": "object",
                     *             "required": [
                     *               "order"
                     *             ]
                     *           },
                     *           "publicUrl": null,
                     *           "secrets": [
                     *             {
                     *               "id": "01991a77-20c6-7413-8d7a-6b20f59e3c18",
                     *               "createdAt": "2026-03-02T08:15:00.000Z",
                     *               "expiresAt": null,
                     *               "lastUsedAt": null
                     *             }
                     *           ],
                     *           "curl": "BODY='{\"hello\":\"world\"}'\nSIGNATURE=$(printf '%s' \"$BODY\" | openssl dgst -sha256 -hmac \"$SECRET\" -hex | sed 's/.* //')\ncurl -X POST 'https://hooks.example.com/api/webhooks/7891b16c-9f81-4005-9925-1f5b3f1783b0' -H \"x-hub-signature-256: sha256=$SIGNATURE\" -H 'content-type: application/json' --data-binary \"$BODY\"",
                     *           "secret": "4c1f7e0d9a6b35e28f40c7d1b9263a58e7f014cd52ab986307de41f89b5c2a60"
                     *         },
                     *         "triggers": [
                     *           {
                     *             "id": "01991a77-20c5-7f2e-9b60-c81d93a2e047",
                     *             "triggerTypes": [
                     *               "webhook",
                     *               "manual"
                     *             ],
                     *             "forward": "request",
                     *             "filter": null,
                     *             "transform": null,
                     *             "awaitCallback": {
                     *               "deadlineSeconds": 3600,
                     *               "onOverdue": "fail",
                     *               "confirm": "callback"
                     *             },
                     *             "fallback": [
                     *               {
                     *                 "type": "endpoint",
                     *                 "endpointId": "01991a78-4e1b-7c09-92d4-7d3a0f6e85c1"
                     *               },
                     *               {
                     *                 "type": "alert"
                     *               },
                     *               {
                     *                 "type": "dead_letter"
                     *               }
                     *             ],
                     *             "isActive": true,
                     *             "endpoint": {
                     *               "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *               "name": "n8n orders",
                     *               "url": "https://n8n.example.com/webhook/orders",
                     *               "timeoutMs": 30000,
                     *               "retryPolicy": {
                     *                 "maxAttempts": 8,
                     *                 "baseMs": 1000,
                     *                 "capMs": 900000
                     *               },
                     *               "onAmbiguous": "retry",
                     *               "retryWorkflowErrors": false,
                     *               "payloadLimitBytes": 16777216,
                     *               "headerNames": [
                     *                 "x-n8n-token"
                     *               ],
                     *               "hasInboundSecret": true,
                     *               "pace": {
                     *                 "perSecond": 20,
                     *                 "concurrency": 5
                     *               },
                     *               "circuitBreaker": {
                     *                 "enabled": true,
                     *                 "failureRate": 0.5,
                     *                 "minimumAttempts": 20,
                     *                 "windowSeconds": 60,
                     *                 "openSeconds": 30
                     *               },
                     *               "events": [
                     *                 "order.created"
                     *               ],
                     *               "isActive": true,
                     *               "createdAt": "2026-03-02T08:15:00.000Z",
                     *               "updatedAt": "2026-03-02T08:15:00.000Z",
                     *               "secret": "whsec_c2lnbnMtd2hhdC1nb2VzLW91dC10by10aGlzLW4="
                     *             }
                     *           }
                     *         ],
                     *         "createdAt": "2026-03-02T08:15:00.000Z",
                     *         "updatedAt": "2026-03-02T08:15:00.000Z"
                     *       },
                     *       "endpointId": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *       "triggerId": "01991a77-20c5-7f2e-9b60-c81d93a2e047",
                     *       "webhook": {
                     *         "nodeName": "Webhook",
                     *         "path": "orders",
                     *         "pathParameters": [],
                     *         "methods": [
                     *           "POST"
                     *         ],
                     *         "authentication": "headerAuth",
                     *         "responseMode": "onReceived",
                     *         "productionUrl": "https://n8n.example.com/webhook/orders"
                     *       },
                     *       "warnings": []
                     *     }
                     */
                    "application/json": components["schemas"]["N8nRegistered"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["n8n_not_shared.insufficient_scope"];
            404: components["responses"]["n8n_workflow_not_found.workflow_not_found.organization_not_found"];
            409: components["responses"]["n8n_workflow_inactive.name_taken.n8n_not_configured"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["n8n_no_webhook.invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            502: components["responses"]["n8n_unreachable.n8n_api_refused.n8n_api_forbidden.n8n_unexpected_answer"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            504: components["responses"]["n8n_timeout"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    activateN8nWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id that the workflow has in n8n. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A workflow in n8n. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["N8nWorkflow"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["n8n_not_shared.insufficient_scope"];
            404: components["responses"]["n8n_workflow_not_found.organization_not_found"];
            409: components["responses"]["n8n_change_refused.n8n_not_configured"];
            429: components["responses"]["too_many_unknown_names"];
            502: components["responses"]["n8n_unreachable.n8n_api_refused.n8n_api_forbidden.n8n_unexpected_answer"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            504: components["responses"]["n8n_timeout"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    deactivateN8nWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id that the workflow has in n8n. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A workflow in n8n. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["N8nWorkflow"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["n8n_not_shared.insufficient_scope"];
            404: components["responses"]["n8n_workflow_not_found.organization_not_found"];
            409: components["responses"]["n8n_change_refused.n8n_not_configured"];
            429: components["responses"]["too_many_unknown_names"];
            502: components["responses"]["n8n_unreachable.n8n_api_refused.n8n_api_forbidden.n8n_unexpected_answer"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            504: components["responses"]["n8n_timeout"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getN8nExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id that the execution has in n8n: a number. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A run of a workflow in n8n. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "4711",
                     *       "workflowId": "ihoqPgiow13Smf7v",
                     *       "status": "error",
                     *       "mode": "webhook",
                     *       "startedAt": "2026-03-10T09:30:00.417Z",
                     *       "stoppedAt": "2026-03-10T09:30:00.512Z",
                     *       "waitTill": null,
                     *       "retryOf": null,
                     *       "retrySuccessId": null,
                     *       "error": {
                     *         "message": "The service refused the connection",
                     *         "nodeName": "HTTP Request"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["N8nExecution"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["n8n_not_shared.insufficient_scope"];
            404: components["responses"]["n8n_execution_not_found.organization_not_found"];
            409: components["responses"]["n8n_not_configured"];
            429: components["responses"]["too_many_unknown_names"];
            502: components["responses"]["n8n_unreachable.n8n_api_refused.n8n_api_forbidden.n8n_unexpected_answer"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            504: components["responses"]["n8n_timeout"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    retryN8nExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id that the execution has in n8n: a number. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new execution in n8n, which can have failed again. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "succeeded": true,
                     *       "execution": {
                     *         "id": "4712",
                     *         "workflowId": "ihoqPgiow13Smf7v",
                     *         "status": "success",
                     *         "mode": "retry",
                     *         "startedAt": "2026-03-10T09:30:00.417Z",
                     *         "stoppedAt": "2026-03-10T09:30:00.512Z",
                     *         "waitTill": null,
                     *         "retryOf": "4711",
                     *         "retrySuccessId": null,
                     *         "error": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["N8nRetried"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["n8n_not_shared.insufficient_scope"];
            404: components["responses"]["n8n_execution_not_found.organization_not_found"];
            409: components["responses"]["n8n_execution_not_retryable.n8n_not_configured"];
            429: components["responses"]["too_many_unknown_names"];
            502: components["responses"]["n8n_unreachable.n8n_api_refused.n8n_api_forbidden.n8n_unexpected_answer"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            504: components["responses"]["n8n_timeout"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getN8nStatus: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it stands between here and n8n. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "timestamp": "2026-03-10T11:05:00.000Z",
                     *       "n8n": {
                     *         "status": "ok",
                     *         "latencyMs": 6,
                     *         "detail": null,
                     *         "checkedAt": "2026-03-10T11:04:59.120Z"
                     *       },
                     *       "queue": {
                     *         "depth": 3,
                     *         "due": 4,
                     *         "held": 120,
                     *         "waiting": 2,
                     *         "bounded": false
                     *       },
                     *       "endpoints": {
                     *         "data": [
                     *           {
                     *             "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *             "name": "n8n orders",
                     *             "isActive": true,
                     *             "circuit": {
                     *               "state": "closed",
                     *               "openUntil": null
                     *             }
                     *           }
                     *         ],
                     *         "more": false
                     *       },
                     *       "events": {
                     *         "received": 412,
                     *         "refused": 1,
                     *         "sent": 38,
                     *         "failed": 0,
                     *         "bounded": false,
                     *         "waiting": {
                     *           "count": 0,
                     *           "bounded": false
                     *         }
                     *       },
                     *       "executions": {
                     *         "queued": {
                     *           "count": 0,
                     *           "bounded": false
                     *         },
                     *         "running": {
                     *           "count": 4,
                     *           "bounded": false
                     *         },
                     *         "retrying": {
                     *           "count": 1,
                     *           "bounded": false
                     *         },
                     *         "waiting": {
                     *           "count": 2,
                     *           "bounded": false
                     *         },
                     *         "succeeded": {
                     *           "count": 10000,
                     *           "bounded": true
                     *         },
                     *         "failed": {
                     *           "count": 3,
                     *           "bounded": false
                     *         },
                     *         "cancelled": {
                     *           "count": 0,
                     *           "bounded": false
                     *         },
                     *         "dead_lettered": {
                     *           "count": 0,
                     *           "bounded": false
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["N8nStatus"];
                };
            };
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    registerN8nEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description Either `url` or `path`. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "n8n orders",
                 *       "path": "orders",
                 *       "headers": {
                 *         "x-n8n-token": "a-credential-of-the-webhook-node"
                 *       },
                 *       "pace": {
                 *         "perSecond": 20,
                 *         "concurrency": 5
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EndpointRegistration"];
            };
        };
        responses: {
            /** @description There was one of this name: it is as described now. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *       "name": "n8n orders",
                     *       "url": "https://n8n.example.com/webhook/orders",
                     *       "timeoutMs": 30000,
                     *       "retryPolicy": {
                     *         "maxAttempts": 8,
                     *         "baseMs": 1000,
                     *         "capMs": 900000
                     *       },
                     *       "onAmbiguous": "retry",
                     *       "retryWorkflowErrors": false,
                     *       "payloadLimitBytes": 16777216,
                     *       "headerNames": [
                     *         "x-n8n-token"
                     *       ],
                     *       "hasInboundSecret": true,
                     *       "pace": {
                     *         "perSecond": 20,
                     *         "concurrency": 5
                     *       },
                     *       "circuitBreaker": {
                     *         "enabled": true,
                     *         "failureRate": 0.5,
                     *         "minimumAttempts": 20,
                     *         "windowSeconds": 60,
                     *         "openSeconds": 30
                     *       },
                     *       "events": [
                     *         "order.created"
                     *       ],
                     *       "isActive": true,
                     *       "createdAt": "2026-03-02T08:15:00.000Z",
                     *       "updatedAt": "2026-03-02T08:15:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description There was none of this name. */
            201: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["n8n_not_shared.insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            412: components["responses"]["precondition_failed"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    receiveN8nEvent: {
        parameters: {
            query?: {
                /** @description The endpoint whose inbound secret signs: its id, or its name when it is of the default organization. Without it, `N8N_WEBHOOK_SECRET` signs. */
                endpoint?: string;
            };
            header?: {
                /** @description Hex HMAC-SHA256 of the body, with or without `sha256=` before it. */
                "x-webhook-signature"?: string;
                /** @description Of Standard Webhooks: `v1,` and base64; several with spaces between them. */
                "webhook-signature"?: string;
                /** @description Of Standard Webhooks: Unix seconds, at most 5 minutes away from now. */
                "webhook-timestamp"?: string;
                /** @description Names this event: sent again under the same id it changes nothing. */
                "webhook-id"?: string;
                /** @description The endpoint whose inbound secret signs, by id, as `?endpoint=` does. */
                "x-hookgate-endpoint"?: string;
                /** @description As it came with the delivery: an execution that this starts has one more, up to 8. */
                "x-hookgate-hops"?: number;
            };
            path?: never;
            cookie?: never;
        };
        /** @description Null is the same as left out. Fields that are not known are refused. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "workflow.completed",
                 *       "executionId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                 *       "deliveryId": "01991c2a-7b52-70d9-8e13-b7f25a9c6d30",
                 *       "n8nExecutionId": "2041",
                 *       "status": "success",
                 *       "data": {
                 *         "invoice": "R-2026-0017"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["N8nEventInput"];
            };
        };
        responses: {
            /** @description The event, and what it did, is stored durably. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "message": "The execution has been told",
                     *       "eventId": "01991c2a-9d10-7b6e-8a41-70c3e95fd2b8",
                     *       "event": "workflow.completed",
                     *       "outcome": "applied",
                     *       "duplicate": false,
                     *       "executionId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *       "jobId": "01991c2a-7b3e-7c41-9d52-441f0ce2a9b6",
                     *       "status": "succeeded",
                     *       "timestamp": "2026-03-10T09:30:00.417Z"
                     *     }
                     */
                    "application/json": components["schemas"]["N8nEventReceived"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json.storage_rejected"];
            401: components["responses"]["n8n_signature_invalid"];
            404: components["responses"]["workflow_not_found.execution_not_found"];
            409: components["responses"]["delivery_ambiguous.execution_workflow_inactive.webhook_id_reused.hop_limit_reached"];
            413: components["responses"]["payload_too_large"];
            503: components["responses"]["database_unavailable"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    sendN8nEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The endpoint in just one way: by its name, its id, or where it is. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "endpoint": "n8n orders",
                 *       "event": "order.refunded",
                 *       "data": {
                 *         "orderId": 4711,
                 *         "amount": 19.9
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EventInput"];
            };
        };
        responses: {
            /** @description It is stored, and will be sent. */
            202: {
                headers: {
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "eventId": "01991d02-6f1c-7a35-8b0e-2d9c4471e5f3",
                     *       "endpointId": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *       "event": "order.refunded",
                     *       "timestamp": "2026-03-10T11:02:17.308Z"
                     *     }
                     */
                    "application/json": components["schemas"]["EventAccepted"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["n8n_not_shared.insufficient_scope"];
            404: components["responses"]["endpoint_not_found.organization_not_found"];
            409: components["responses"]["endpoint_inactive.event_not_subscribed"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listWebhookEvents: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
                /** @description `in`: n8n sent it. `out`: it is sent to n8n. */
                direction?: components["schemas"]["EventDirection"];
                /** @description Only those of this name. */
                event?: string;
                /** @description `processed` or `refused`: what n8n sent. The others: what is sent to n8n, `failed` when the endpoint refused it for good and `dead_lettered` when all attempts are used up. */
                state?: components["schemas"]["EventState"];
                /** @description From or to this endpoint only. */
                endpointId?: components["schemas"]["Id"];
                /** @description About this execution only. */
                executionId?: components["schemas"]["Id"];
                /** @description About this workflow only. */
                workflowId?: components["schemas"]["Id"];
                /** @description Created at this time or later. */
                from?: string;
                /** @description Created before this time. */
                to?: string;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01991d02-6f1c-7a35-8b0e-2d9c4471e5f3",
                     *           "direction": "out",
                     *           "event": "order.refunded",
                     *           "state": "succeeded",
                     *           "outcome": "delivered",
                     *           "endpointId": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *           "workflowId": null,
                     *           "executionId": null,
                     *           "deliveryId": null,
                     *           "webhookId": null,
                     *           "size": 138,
                     *           "signature": null,
                     *           "sourceIp": null,
                     *           "statusCode": 200,
                     *           "errorCode": null,
                     *           "durationMs": 41,
                     *           "run": 1,
                     *           "attemptCount": 2,
                     *           "isHeld": false,
                     *           "nextAttemptAt": null,
                     *           "createdAt": "2026-03-10T11:02:17.308Z",
                     *           "finishedAt": "2026-03-10T11:02:19.114Z",
                     *           "links": {
                     *             "endpoint": "/api/webhook-endpoints/01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *             "workflow": null,
                     *             "execution": null
                     *           }
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["EventSummary"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getWebhookEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the webhook event. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An event, and every attempt to send it. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991d02-6f1c-7a35-8b0e-2d9c4471e5f3",
                     *       "direction": "out",
                     *       "event": "order.refunded",
                     *       "state": "succeeded",
                     *       "outcome": "delivered",
                     *       "endpointId": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *       "workflowId": null,
                     *       "executionId": null,
                     *       "deliveryId": null,
                     *       "webhookId": null,
                     *       "size": 138,
                     *       "signature": null,
                     *       "sourceIp": null,
                     *       "statusCode": 200,
                     *       "errorCode": null,
                     *       "durationMs": 41,
                     *       "run": 1,
                     *       "attemptCount": 2,
                     *       "isHeld": false,
                     *       "nextAttemptAt": null,
                     *       "createdAt": "2026-03-10T11:02:17.308Z",
                     *       "finishedAt": "2026-03-10T11:02:19.114Z",
                     *       "links": {
                     *         "endpoint": "/api/webhook-endpoints/01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *         "workflow": null,
                     *         "execution": null
                     *       },
                     *       "body": {
                     *         "eventId": "01991d02-6f1c-7a35-8b0e-2d9c4471e5f3",
                     *         "event": "order.refunded",
                     *         "timestamp": "2026-03-10T11:02:17.308Z",
                     *         "data": {
                     *           "orderId": 4711,
                     *           "amount": 19.9
                     *         }
                     *       },
                     *       "bodyEncoding": "json",
                     *       "attempts": [
                     *         {
                     *           "attempt": 1,
                     *           "run": 1,
                     *           "startedAt": "2026-03-10T11:02:17.320Z",
                     *           "durationMs": 12,
                     *           "result": "failed",
                     *           "outcome": "connection_refused",
                     *           "statusCode": null,
                     *           "error": "connect ECONNREFUSED 192.0.2.10:443",
                     *           "advice": null,
                     *           "response": null,
                     *           "nextAttemptAt": "2026-03-10T11:02:19.060Z"
                     *         },
                     *         {
                     *           "attempt": 2,
                     *           "run": 1,
                     *           "startedAt": "2026-03-10T11:02:19.073Z",
                     *           "durationMs": 41,
                     *           "result": "succeeded",
                     *           "outcome": "delivered",
                     *           "statusCode": 200,
                     *           "error": null,
                     *           "advice": null,
                     *           "response": {
                     *             "body": {
                     *               "message": "Workflow was started"
                     *             },
                     *             "bodyEncoding": "json",
                     *             "truncated": false
                     *           },
                     *           "nextAttemptAt": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEvent"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["event_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    retryWebhookEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the webhook event. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will be sent again. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991d02-6f1c-7a35-8b0e-2d9c4471e5f3",
                     *       "direction": "out",
                     *       "event": "order.refunded",
                     *       "state": "pending",
                     *       "outcome": null,
                     *       "endpointId": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *       "workflowId": null,
                     *       "executionId": null,
                     *       "deliveryId": null,
                     *       "webhookId": null,
                     *       "size": 138,
                     *       "signature": null,
                     *       "sourceIp": null,
                     *       "statusCode": null,
                     *       "errorCode": null,
                     *       "durationMs": 12,
                     *       "run": 2,
                     *       "attemptCount": 1,
                     *       "isHeld": false,
                     *       "nextAttemptAt": "2026-03-10T12:00:00.000Z",
                     *       "createdAt": "2026-03-10T11:02:17.308Z",
                     *       "finishedAt": null,
                     *       "links": {
                     *         "endpoint": "/api/webhook-endpoints/01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *         "workflow": null,
                     *         "execution": null
                     *       },
                     *       "body": {
                     *         "eventId": "01991d02-6f1c-7a35-8b0e-2d9c4471e5f3",
                     *         "event": "order.refunded",
                     *         "timestamp": "2026-03-10T11:02:17.308Z",
                     *         "data": {
                     *           "orderId": 4711,
                     *           "amount": 19.9
                     *         }
                     *       },
                     *       "bodyEncoding": "json",
                     *       "attempts": [
                     *         {
                     *           "attempt": 1,
                     *           "run": 1,
                     *           "startedAt": "2026-03-10T11:02:17.320Z",
                     *           "durationMs": 12,
                     *           "result": "failed",
                     *           "outcome": "connection_refused",
                     *           "statusCode": null,
                     *           "error": "connect ECONNREFUSED 192.0.2.10:443",
                     *           "advice": null,
                     *           "response": null,
                     *           "nextAttemptAt": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEvent"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["event_not_found.organization_not_found"];
            409: components["responses"]["event_not_retryable"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listDataSyncConfigs: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
                /** @description Of this entity only. */
                entity?: string;
                /** @description With this endpoint only. */
                endpointId?: components["schemas"]["Id"];
                /** @description Only those that are, or are not. */
                isActive?: boolean;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01991d03-5b1a-7c60-8f2e-6a4d9e0b7c35",
                     *           "entity": "contacts",
                     *           "direction": "bidirectional",
                     *           "endpointId": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                     *           "keyPath": "id",
                     *           "mapping": {
                     *             "outbound": "{ \"ContactId\": id, \"Mail\": email, \"Name\": name }",
                     *             "inbound": "{ \"id\": ContactId, \"email\": $lowercase(Mail), \"name\": Name }"
                     *           },
                     *           "conflictPolicy": "manual",
                     *           "isActive": true,
                     *           "changeSeq": 318,
                     *           "createdAt": "2026-03-02T08:15:00.000Z",
                     *           "updatedAt": "2026-03-02T08:15:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["DataSyncConfig"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    createDataSyncConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "entity": "contacts",
                 *       "direction": "bidirectional",
                 *       "endpointId": "01991a77-20c4-7b58-a3f9-5e1c07d4b826",
                 *       "keyPath": "id",
                 *       "mapping": {
                 *         "outbound": "{ \"ContactId\": id, \"Mail\": email, \"Name\": name }",
                 *         "inbound": "{ \"id\": ContactId, \"email\": $lowercase(Mail), \"name\": Name }"
                 *       },
                 *       "conflictPolicy": "manual"
                 *     }
                 */
                "application/json": components["schemas"]["DataSyncConfigInput"];
            };
        };
        responses: {
            /** @description What is kept in step with another system, and how. */
            201: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataSyncConfig"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["organization_not_found"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getDataSyncConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: answers 304 when nothing has changed since. */
                "if-none-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is kept in step with another system, and how. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataSyncConfig"];
                };
            };
            /** @description What `If-None-Match` names is current. */
            304: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    deleteDataSyncConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.organization_not_found"];
            412: components["responses"]["precondition_failed"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    changeDataSyncConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        /** @description What is left out stays, within `mapping` too. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "isActive": false
                 *     }
                 */
                "application/json": components["schemas"]["DataSyncConfigChanges"];
            };
        };
        responses: {
            /** @description What is kept in step with another system, and how. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataSyncConfig"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.organization_not_found"];
            412: components["responses"]["precondition_failed"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listSyncRecords: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
                /** @description Only records changed after the change with this `changeSeq`. */
                changedSince?: number;
                /** @description Only those whose last change is in this state on its way out. */
                outbound?: "queued" | "pending" | "failed";
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, in the order of the changes. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "key": "C-1042",
                     *           "data": {
                     *             "id": "C-1042",
                     *             "email": "ada@example.com",
                     *             "name": "Ada Lovelace"
                     *           },
                     *           "deleted": false,
                     *           "version": 4,
                     *           "clock": "001773139327318-000000-hookgate.0b7c35aa",
                     *           "origin": "local",
                     *           "changeSeq": 318,
                     *           "changedAt": "2026-03-10T10:42:07.318Z",
                     *           "outbound": {
                     *             "state": "queued",
                     *             "error": null,
                     *             "eventId": "01991d2a-1f06-7b92-8c3d-57e0a9d4b1f6"
                     *           }
                     *         }
                     *       ],
                     *       "nextCursor": null,
                     *       "changedSince": 318
                     *     }
                     */
                    "application/json": components["schemas"]["SyncRecords"];
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getSyncRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: answers 304 when nothing has changed since. */
                "if-none-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
                /** @description The key of the record. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record as it is here. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncRecord"];
                };
            };
            /** @description What `If-None-Match` names is current. */
            304: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.sync_record_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    putSyncRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
                /** @description The key of the record. */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "id": "C-1042",
                 *         "email": "ada@example.com",
                 *         "name": "Ada Lovelace"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SyncRecordInput"];
            };
        };
        responses: {
            /** @description It was there. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncRecord"];
                };
            };
            /** @description It was not there, or it was deleted. */
            201: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncRecord"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.organization_not_found"];
            412: components["responses"]["precondition_failed"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    deleteSyncRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins. */
                "if-match"?: string;
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
                /** @description The key of the record. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record as it is here. */
            200: {
                headers: {
                    /** @description For `If-Match` and `If-None-Match`. */
                    etag: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key": "C-1042",
                     *       "data": null,
                     *       "deleted": true,
                     *       "version": 5,
                     *       "clock": "001773139327318-000000-hookgate.0b7c35aa",
                     *       "origin": "local",
                     *       "changeSeq": 319,
                     *       "changedAt": "2026-03-10T10:42:07.318Z",
                     *       "outbound": {
                     *         "state": "queued",
                     *         "error": null,
                     *         "eventId": "01991d2a-1f06-7b92-8c3d-57e0a9d4b1f6"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SyncRecord"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.sync_record_not_found.organization_not_found"];
            412: components["responses"]["precondition_failed"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    sendSyncRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
                /** @description The key of the record. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record as it is here. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key": "C-1042",
                     *       "data": {
                     *         "id": "C-1042",
                     *         "email": "ada@example.com",
                     *         "name": "Ada Lovelace"
                     *       },
                     *       "deleted": false,
                     *       "version": 4,
                     *       "clock": "001773139327318-000000-hookgate.0b7c35aa",
                     *       "origin": "local",
                     *       "changeSeq": 318,
                     *       "changedAt": "2026-03-10T10:42:07.318Z",
                     *       "outbound": {
                     *         "state": "pending",
                     *         "error": null,
                     *         "eventId": "01991d2a-1f06-7b92-8c3d-57e0a9d4b1f6"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SyncRecord"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.sync_record_not_found.organization_not_found"];
            409: components["responses"]["sync_direction"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listSyncConflicts: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
                /** @description Only those in this state. */
                state?: "open" | "resolved";
                /** @description Of the record with this key only. */
                key?: string;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01991d2e-84f7-7d19-9a63-c25e1b70f48d",
                     *           "key": "C-1042",
                     *           "state": "open",
                     *           "local": {
                     *             "data": {
                     *               "id": "C-1042",
                     *               "email": "ada@example.com",
                     *               "name": "Ada Lovelace"
                     *             },
                     *             "deleted": false,
                     *             "version": 4,
                     *             "clock": "001773139327318-000000-hookgate.0b7c35aa"
                     *           },
                     *           "remote": {
                     *             "data": {
                     *               "id": "C-1042",
                     *               "email": "countess@example.com",
                     *               "name": "Ada Lovelace"
                     *             },
                     *             "deleted": false,
                     *             "clock": "001773139330021-000000-crm",
                     *             "baseVersion": 3
                     *           },
                     *           "resolution": null,
                     *           "resolvedVersion": null,
                     *           "resolvedBy": null,
                     *           "createdAt": "2026-03-10T10:42:07.318Z",
                     *           "resolvedAt": null
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["SyncConflict"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getSyncConflict: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
                /** @description The id of the conflict. */
                conflictId: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Two changes that did not know of each other. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991d2e-84f7-7d19-9a63-c25e1b70f48d",
                     *       "key": "C-1042",
                     *       "state": "open",
                     *       "local": {
                     *         "data": {
                     *           "id": "C-1042",
                     *           "email": "ada@example.com",
                     *           "name": "Ada Lovelace"
                     *         },
                     *         "deleted": false,
                     *         "version": 4,
                     *         "clock": "001773139327318-000000-hookgate.0b7c35aa"
                     *       },
                     *       "remote": {
                     *         "data": {
                     *           "id": "C-1042",
                     *           "email": "countess@example.com",
                     *           "name": "Ada Lovelace"
                     *         },
                     *         "deleted": false,
                     *         "clock": "001773139330021-000000-crm",
                     *         "baseVersion": 3
                     *       },
                     *       "resolution": null,
                     *       "resolvedVersion": null,
                     *       "resolvedBy": null,
                     *       "createdAt": "2026-03-10T10:42:07.318Z",
                     *       "resolvedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["SyncConflict"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.sync_conflict_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    resolveSyncConflict: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
                /** @description The id of the conflict. */
                conflictId: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "choose": "merged",
                 *       "data": {
                 *         "id": "C-1042",
                 *         "email": "countess@example.com",
                 *         "name": "Ada Lovelace"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SyncDecision"];
            };
        };
        responses: {
            /** @description Two changes that did not know of each other. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991d2e-84f7-7d19-9a63-c25e1b70f48d",
                     *       "key": "C-1042",
                     *       "state": "resolved",
                     *       "local": {
                     *         "data": {
                     *           "id": "C-1042",
                     *           "email": "ada@example.com",
                     *           "name": "Ada Lovelace"
                     *         },
                     *         "deleted": false,
                     *         "version": 4,
                     *         "clock": "001773139327318-000000-hookgate.0b7c35aa"
                     *       },
                     *       "remote": {
                     *         "data": {
                     *           "id": "C-1042",
                     *           "email": "countess@example.com",
                     *           "name": "Ada Lovelace"
                     *         },
                     *         "deleted": false,
                     *         "clock": "001773139330021-000000-crm",
                     *         "baseVersion": 3
                     *       },
                     *       "resolution": "merged",
                     *       "resolvedVersion": 5,
                     *       "resolvedBy": "api_key:01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *       "createdAt": "2026-03-10T10:42:07.318Z",
                     *       "resolvedAt": "2026-03-10T11:05:40.112Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SyncConflict"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.sync_conflict_not_found.organization_not_found"];
            409: components["responses"]["sync_conflict_resolved"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            422: components["responses"]["invalid_configuration"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    startSyncRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "direction": "outbound"
                 *     }
                 */
                "application/json": components["schemas"]["SyncRunInput"];
            };
        };
        responses: {
            /** @description It has begun. */
            202: {
                headers: {
                    /** @description The path of what was made. */
                    location: string;
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991d11-0c92-73ae-b4d8-91f3a6e25d07",
                     *       "configId": "01991d03-5b1a-7c60-8f2e-6a4d9e0b7c35",
                     *       "direction": "outbound",
                     *       "state": "running",
                     *       "total": 100000,
                     *       "done": 0,
                     *       "failed": 0,
                     *       "sending": 0,
                     *       "requestedBy": "api_key:01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *       "createdAt": "2026-03-10T10:42:07.318Z",
                     *       "finishedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["SyncRun"];
                };
            };
            400: components["responses"]["validation_failed.invalid_json"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.organization_not_found"];
            409: components["responses"]["sync_direction.sync_paused.sync_run_in_progress"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listSyncRuns: {
        parameters: {
            query?: {
                /** @description How many to answer at the most. */
                limit?: number;
                /** @description nextCursor of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "01991d11-0c92-73ae-b4d8-91f3a6e25d07",
                     *           "configId": "01991d03-5b1a-7c60-8f2e-6a4d9e0b7c35",
                     *           "direction": "outbound",
                     *           "state": "running",
                     *           "total": 100000,
                     *           "done": 42300,
                     *           "failed": 0,
                     *           "sending": 1000,
                     *           "requestedBy": "api_key:01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *           "createdAt": "2026-03-10T10:42:07.318Z",
                     *           "finishedAt": null
                     *         }
                     *       ],
                     *       "nextCursor": "MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0"
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["SyncRun"][];
                        /**
                         * @description Where the next page begins; null: this was the last.
                         * @example MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["invalid_cursor.validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    getSyncRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
                /** @description The id of the full sync. */
                runId: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All records once, and how far that is. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncRun"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.sync_run_not_found.organization_not_found"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    pauseSyncRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
                /** @description The id of the full sync. */
                runId: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All records once, and how far that is. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991d11-0c92-73ae-b4d8-91f3a6e25d07",
                     *       "configId": "01991d03-5b1a-7c60-8f2e-6a4d9e0b7c35",
                     *       "direction": "outbound",
                     *       "state": "paused",
                     *       "total": 100000,
                     *       "done": 42300,
                     *       "failed": 0,
                     *       "sending": 1000,
                     *       "requestedBy": "api_key:01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *       "createdAt": "2026-03-10T10:42:07.318Z",
                     *       "finishedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["SyncRun"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.sync_run_not_found.organization_not_found"];
            409: components["responses"]["sync_run_state"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    resumeSyncRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
                /** @description The id of the full sync. */
                runId: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All records once, and how far that is. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncRun"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.sync_run_not_found.organization_not_found"];
            409: components["responses"]["sync_run_state"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    cancelSyncRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description For the admin key only: the organization to act for. Without it, the `default` one. */
                "x-organization-id"?: components["parameters"]["x-organization-id"];
            };
            path: {
                /** @description The id of the data sync config. */
                id: components["schemas"]["Id"];
                /** @description The id of the full sync. */
                runId: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All records once, and how far that is. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01991d11-0c92-73ae-b4d8-91f3a6e25d07",
                     *       "configId": "01991d03-5b1a-7c60-8f2e-6a4d9e0b7c35",
                     *       "direction": "outbound",
                     *       "state": "cancelled",
                     *       "total": 100000,
                     *       "done": 42300,
                     *       "failed": 0,
                     *       "sending": 1000,
                     *       "requestedBy": "api_key:01990f41-0c72-7d03-b6a1-2f6c8e4d91aa",
                     *       "createdAt": "2026-03-10T10:42:07.318Z",
                     *       "finishedAt": "2026-03-10T10:43:19.870Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SyncRun"];
                };
            };
            400: components["responses"]["validation_failed"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["insufficient_scope"];
            404: components["responses"]["data_sync_config_not_found.sync_run_not_found.organization_not_found"];
            409: components["responses"]["sync_run_state"];
            429: components["responses"]["too_many_unknown_names"];
            503: components["responses"]["database_unavailable.query_timeout.connections_busy"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    livez: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process runs. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready. `degraded` names what is wrong. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "degraded",
                     *       "checks": {
                     *         "database": {
                     *           "status": "ok"
                     *         },
                     *         "queue": {
                     *           "status": "degraded",
                     *           "detail": "Redis does not answer."
                     *         },
                     *         "work": {
                     *           "status": "ok"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        status: "ok" | "degraded" | "unready";
                        checks: {
                            [key: string]: {
                                /** @enum {string} */
                                status: "ok" | "degraded" | "unready";
                                /** @description The reason, in words. */
                                detail?: string;
                            };
                        };
                    };
                };
            };
            /** @description Not ready. */
            503: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "unready",
                     *       "checks": {
                     *         "database": {
                     *           "status": "unready",
                     *           "detail": "The database does not answer."
                     *         },
                     *         "queue": {
                     *           "status": "ok"
                     *         },
                     *         "work": {
                     *           "status": "ok"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        status: "ok" | "degraded" | "unready";
                        checks: {
                            [key: string]: {
                                /** @enum {string} */
                                status: "ok" | "degraded" | "unready";
                                /** @description The reason, in words. */
                                detail?: string;
                            };
                        };
                    };
                };
            };
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Metrics. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example # HELP hookgate_queue_depth Jobs that wait in the queue.
                     *     # TYPE hookgate_queue_depth gauge
                     *     hookgate_queue_depth 0
                     */
                    "text/plain": string;
                };
            };
            401: components["responses"]["unauthorized"];
            403: components["responses"]["metrics_closed"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    listProblems: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole catalogue of problems. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "code": "name_taken",
                     *           "status": 409,
                     *           "title": "Name taken",
                     *           "detail": "Another object of this kind has this name. Choose another one."
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["ProblemEntry"][];
                    };
                };
            };
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
    describeProblem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `code` of the problem. */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One entry of the catalogue of problems. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "name_taken",
                     *       "status": 409,
                     *       "title": "Name taken",
                     *       "detail": "Another object of this kind has this name. Choose another one."
                     *     }
                     */
                    "application/json": components["schemas"]["ProblemEntry"];
                };
            };
            404: components["responses"]["route_not_found"];
            default: components["responses"]["internal_error.shutting_down.bad_request"];
        };
    };
}
