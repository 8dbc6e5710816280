/** What the commands do, and with it the whole app. */
export { createApiKey, listApiKeys, revokeApiKey } from './actions/api-keys';
export { importGuests } from './actions/import-guests';
export { listFailedMail, resendMail } from './actions/mail';
export { printOpenApi } from './actions/openapi';
export { createOrganization } from './actions/organizations';
export { reconcile } from './actions/reconcile';
