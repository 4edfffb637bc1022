/** What stands in a stored request in place of a credential. */
export const REDACTED = '[redacted]';
